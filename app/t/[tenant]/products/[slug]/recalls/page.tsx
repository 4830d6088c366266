import type { Metadata } from "next";
import { RecallsTable } from "#components/recalls/recalls-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { viewProduct } from "#lib/catalog/index.ts";
import { listRecalls, shortLabel } from "#lib/recalls/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { ProductFrame } from "../frame.tsx";

export const metadata: Metadata = { title: "Recalls" };

interface Props {
  params: Promise<{ tenant: string; slug: string }>;
  searchParams: Promise<Query>;
}

export default async function RecallsPage({ params, searchParams }: Props) {
  const { tenant, slug } = await params;
  const { ctx } = await requireTeam(tenant);
  const { after } = given(await searchParams, ["after"]);
  const here = `/t/${ctx.tenant.slug}/products/${slug}/recalls`;
  const product = await onPage(() => viewProduct(ctx, slug));
  const { recalls, next } = await onPage(() => listRecalls(ctx, { productId: product.id, after }), here);
  const shown = recalls.map(({ label, ...recall }) => ({ ...recall, name: shortLabel(label) }));
  return (
    <ProductFrame tenant={ctx.tenant.slug} product={product} current="Recalls">
      {shown.length === 0 ? (
        <EmptyState title="Nothing was recalled">
          Where something that you shipped turns out to be dangerous, open its release or its image and take “Recall…”:
          you see who fetched it, and tell them.
        </EmptyState>
      ) : (
        <RecallsTable recalls={shown} base={here} now={ctx.now} />
      )}
      <Pager label="Pages of recalls" first={after ? here : null} next={next ? `${here}?after=${next}` : null} />
    </ProductFrame>
  );
}
