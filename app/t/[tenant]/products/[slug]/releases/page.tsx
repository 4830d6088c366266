import type { Metadata } from "next";
import Link from "next/link";
import { AddRelease } from "#components/releases/add-release.tsx";
import { ReleaseSearch } from "#components/releases/release-search.tsx";
import { ReleasesTable } from "#components/releases/releases-table.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { decide } from "#lib/access/index.ts";
import { viewProduct } from "#lib/catalog/index.ts";
import { type RecallWords, recallsOfReleases } from "#lib/recalls/index.ts";
import { CHANNELS, countReleases, listReleases, ReleaseFilter } from "#lib/releases/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { ProductFrame } from "../frame.tsx";
import { addRelease } from "./actions.ts";

export const metadata: Metadata = { title: "Releases" };

interface Props {
  params: Promise<{ tenant: string; slug: string }>;
  searchParams: Promise<Query>;
}

export default async function ReleasesPage({ params, searchParams }: Props) {
  const { tenant, slug } = await params;
  const { ctx } = await requireTeam(tenant);
  const { after, ...asked } = given(await searchParams, ["search", "channel", "status", "after"]);
  const own = ctx.tenant.slug;
  const here = `/t/${own}/products/${slug}/releases`;
  const product = await onPage(() => viewProduct(ctx, slug));
  const { channels, total } = await onPage(() => countReleases(ctx, { productId: product.id }));
  const status = ReleaseFilter.shape.status.safeParse(asked.status).data;
  const { releases, next } = await onPage(
    () => listReleases(ctx, { productId: product.id, ...asked, status, after }),
    here,
  );
  const recalls = await onPage(() =>
    recallsOfReleases(
      ctx,
      releases.map(({ id }) => id),
    ),
  );
  const to = (after?: string) => `${here}?${new URLSearchParams({ ...asked, ...(after && { after }) })}`;
  return (
    <ProductFrame
      tenant={own}
      product={product}
      current="Releases"
      action={
        <AddRelease
          decision={decide(ctx.actor, "release.publish")}
          channels={[...new Set([...CHANNELS, ...channels])]}
          base={here}
          onAdd={addRelease.bind(null, own, product.id)}
        />
      }
    >
      {total > 0 ? (
        <div className="mb-4 flex flex-wrap items-start justify-between gap-x-2 sm:mb-0">
          <ReleaseSearch action={here} channels={channels} asked={asked} />
          <Link href={`${here}/prune`} className={buttonClass()}>
            Prune
          </Link>
        </div>
      ) : null}
      {releases.length === 0 ? (
        <EmptyState title={total > 0 ? "No release matches" : "No releases yet"}>
          {total > 0
            ? "Take another channel or state, or another part of the version."
            : "Begin one, add files and images to it, and publish it: then members have it as their access allows."}
        </EmptyState>
      ) : (
        <ReleasesTable
          releases={releases.map((release) => ({ ...release, recalled: partOf(recalls.get(release.id)) }))}
          base={here}
          now={ctx.now}
        />
      )}
      <Pager label="Pages of releases" first={after ? to() : null} next={next ? to(next) : null} />
    </ProductFrame>
  );
}

function partOf(words: RecallWords | undefined) {
  if (!words) return null;
  return words.image ? "image" : "release";
}
