import type { Metadata } from "next";
import { headers } from "next/headers";
import { AccessBadge } from "#components/downloads/access-badge.tsx";
import { InstallCard } from "#components/downloads/install-card.tsx";
import { Locked } from "#components/downloads/locked.tsx";
import { ReleaseCard } from "#components/downloads/release-card.tsx";
import { ReleaseFilters } from "#components/downloads/release-filters.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { platformOfBrowser } from "#components/releases/platform.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import type { Ctx } from "#lib/context.ts";
import { type PortalView, viewPortalProduct } from "#lib/entitlements/index.ts";
import { listPersonalTokens } from "#lib/identity/index.ts";
import { type RecallWords, recallsOfReleases, shortLabel } from "#lib/recalls/index.ts";
import { given, onPage, type Query, registryAddress, requireMember } from "#lib/web/index.ts";
import { wayShown } from "../../shown.ts";
import { linkToFile } from "./actions.ts";
import { askedPlatform, installOf, tokenOf } from "./shown.ts";

export const metadata: Metadata = { title: "Product" };

interface Props {
  params: Promise<{ tenant: string; slug: string }>;
  searchParams: Promise<Query>;
}

export default async function ProductPage({ params, searchParams }: Props) {
  const { tenant, slug } = await params;
  const { ctx, access, user } = await requireMember(tenant);
  const asked = given(await searchParams, ["search", "channel", "platform", "after"]);
  const { platform, ...filter } = asked;
  const base = `/t/${ctx.tenant.slug}/downloads`;
  const wanted = askedPlatform(platform);
  const view = await onPage(
    () => viewPortalProduct(ctx, access, { slug, ...filter, os: wanted?.os ?? undefined }),
    `${base}/products/${slug}`,
  );
  const mine = wanted ?? platformOfBrowser((await headers()).get("user-agent") ?? "");
  const recalls = await onPage(() =>
    recallsOfReleases(
      ctx,
      view.releases.map(({ id }) => id),
    ),
  );
  const tokens = await onPage(() => listPersonalTokens(ctx.actor.id));
  const { product, decision } = view;
  return (
    <>
      <Trail href={base}>Downloads</Trail>
      <PageHeader
        title={
          <span className="flex flex-wrap items-center gap-2">
            {product.name} <AccessBadge allowed={decision.allowed} warning={decision.warning ?? null} />
          </span>
        }
      >
        {product.description}
      </PageHeader>
      {decision.allowed ? (
        <>
          <InstallCard
            install={installOf(view, { tenant: ctx.tenant.slug, username: user.email, mine })}
            token={tokenOf(tokens, product.name, ctx.now)}
            tokensHref={`${base}/tokens`}
          />
          <Releases view={view} recalls={recalls} ctx={ctx} asked={asked} mine={mine} />
        </>
      ) : (
        <Locked
          product={product.name}
          message={decision.message}
          trace={decision.trace()}
          whyHref={`${base}/why?product=${slug}`}
          way={wayShown(view.nextStep, ctx.tenant, product.name)}
        />
      )}
    </>
  );
}

interface ReleasesProps {
  view: PortalView;
  recalls: ReadonlyMap<string, RecallWords>;
  ctx: Ctx;
  asked: Partial<Record<"search" | "channel" | "platform" | "after", string>>;
  mine: { os: string | null; arch: string | null };
}

function Releases({ view, recalls, ctx, asked, mine }: ReleasesProps) {
  const { releases, next, channels, platforms, product } = view;
  const { after, ...filter } = asked;
  const here = `/t/${ctx.tenant.slug}/downloads/products/${product.slug}`;
  const to = (after?: string) => `${here}?${new URLSearchParams({ ...filter, ...(after && { after }) })}`;
  const filtered = Object.keys(filter).length > 0;
  const newest = after ? new Set<string>() : newestOf(releases);
  return (
    <section aria-labelledby="releases">
      <h2 id="releases" className="mb-2 font-semibold text-sm">
        Releases
      </h2>
      {releases.length > 0 || filtered ? (
        <ReleaseFilters action={here} channels={channels} platforms={platforms} asked={filter} />
      ) : null}
      {releases.length === 0 ? (
        <EmptyState title={filtered ? "No release matches" : "No releases yet"}>
          {filtered
            ? "Take another channel or platform, or another part of the version."
            : `${ctx.tenant.name} publishes ${product.name} as images so far.`}
        </EmptyState>
      ) : (
        <ul className="grid gap-4">
          {releases.map((release) => (
            <li key={release.id}>
              <ReleaseCard
                release={{ ...release, recalled: recalledShown(recalls.get(release.id)) }}
                newest={newest.has(release.id)}
                mine={mine}
                registry={registryAddress()}
                now={ctx.now}
                onLink={linkToFile.bind(null, ctx.tenant.slug)}
              />
            </li>
          ))}
        </ul>
      )}
      <Pager label="Pages of releases" first={after ? to() : null} next={next ? to(next) : null} />
    </section>
  );
}

/** Of each channel the first one that was not taken back: the highest come first. */
function newestOf(releases: PortalView["releases"]): Set<string> {
  const standing = releases.filter(({ yanked }) => !yanked);
  const first = new Map(standing.toReversed().map(({ channel, id }) => [channel, id]));
  return new Set(first.values());
}

function recalledShown(words: RecallWords | undefined) {
  return words ? { ...words, image: words.image && shortLabel(words.image) } : null;
}
