import type { Metadata } from "next";
import { HistoryTable } from "#components/downloads/history-table.tsx";
import { InsightFilter } from "#components/insight/insight-filter.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { TextLink } from "#components/shell/front.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { listOwnFetches, listPortal } from "#lib/entitlements/index.ts";
import { given, onPage, type Query, requireMember } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "My history" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function HistoryPage({ params, searchParams }: Props) {
  const { ctx, access } = await requireMember((await params).tenant);
  const { product, after } = given(await searchParams, ["product", "after"]);
  const base = `/t/${ctx.tenant.slug}/downloads`;
  const here = `${base}/history`;
  const header = (
    <>
      <Trail href={base}>Downloads</Trail>
      <PageHeader title="My history">
        What you pulled and downloaded from {ctx.tenant.name}. The vendor sees it, too.
      </PageHeader>
    </>
  );
  if (!access.memberId) {
    return (
      <>
        {header}
        <EmptyState title="You are no member here">
          This page is for customers. What the team and its robots fetch is counted on Insight.
        </EmptyState>
      </>
    );
  }
  const products = await onPage(() => listPortal(ctx, access));
  const { fetches, next } = await onPage(() => listOwnFetches(ctx, access.memberId, { product, after }), here);
  const to = (after?: string) =>
    `${here}?${new URLSearchParams({ ...(product && { product }), ...(after && { after }) })}`;
  return (
    <>
      {header}
      <InsightFilter action={here} products={products.map((one) => one.product)} product={product} all />
      {fetches.length > 0 ? (
        <HistoryTable rows={fetches} now={ctx.now} />
      ) : (
        <EmptyState title={product || after ? "Nothing of it was fetched" : "Nothing was fetched yet"}>
          Each product’s page under <TextLink href={base}>Downloads</TextLink> has the lines to pull it, and its files.
        </EmptyState>
      )}
      <Pager label="Pages of my history" first={after ? to() : null} next={next ? to(next) : null} />
    </>
  );
}
