import type { Metadata } from "next";
import { Trail } from "#components/registry/trail.tsx";
import { PruneForm } from "#components/releases/prune-form.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { viewProduct } from "#lib/catalog/index.ts";
import { countReleases } from "#lib/releases/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { askPrune, prune } from "./actions.ts";

export const metadata: Metadata = { title: "Prune" };

export default async function PrunePage({ params }: { params: Promise<{ tenant: string; slug: string }> }) {
  const { tenant, slug } = await params;
  const { ctx } = await requireTeam(tenant);
  const product = await onPage(() => viewProduct(ctx, slug));
  const { channels } = await onPage(() => countReleases(ctx, { productId: product.id }));
  const own = ctx.tenant.slug;
  return (
    <>
      <Trail href={`/t/${own}/products/${slug}/releases`}>{`Releases of ${product.name}`}</Trail>
      <PageHeader title="Prune">
        Deletes old releases for good, with their files. What is archived or yanked goes, what is published only where
        you say so, and the newest published release of a channel never. Drafts stay, and so do the images.
      </PageHeader>
      <PruneForm
        channels={channels}
        decision={decide(ctx.actor, "release.prune")}
        onPreview={askPrune.bind(null, own, product.id)}
        onPrune={prune.bind(null, own, product.id)}
      />
    </>
  );
}
