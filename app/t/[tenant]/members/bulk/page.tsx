import type { Metadata } from "next";
import { BulkForm } from "#components/bulk/bulk-form.tsx";
import { BulksTable } from "#components/bulk/bulks-table.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { listProducts } from "#lib/catalog/index.ts";
import { listBulks } from "#lib/entitlements/index.ts";
import { one, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { prepare } from "./actions.ts";

export const metadata: Metadata = { title: "Grant or revoke for many" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function BulkPage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const product = one((await searchParams).product);
  const { slug } = ctx.tenant;
  const here = `/t/${slug}/members/bulk`;
  const [products, bulks] = await onPage(() => Promise.all([listProducts(ctx), listBulks(ctx)]));
  const decisions = {
    grant: decide(ctx.actor, "entitlement.grant"),
    revoke: decide(ctx.actor, "entitlement.revoke"),
  };
  return (
    <>
      <Trail href={`/t/${slug}/members`}>Members</Trail>
      <PageHeader title="Grant or revoke for many">
        From a list of addresses, or from those marked on the members page. What it would do is shown first.
      </PageHeader>
      {products.length === 0 ? (
        <EmptyState title="There are no products to give yet">Add one on the products page first.</EmptyState>
      ) : (
        <BulkForm
          products={products.map(({ id, name }) => ({ id, name }))}
          product={product}
          decisions={decisions}
          base={here}
          onPrepare={prepare.bind(null, slug)}
        />
      )}
      <Section title="So far">
        {bulks.length === 0 ? (
          <EmptyState title="None so far">They stay here for 90 days, with what became of each line.</EmptyState>
        ) : (
          <BulksTable rows={bulks} base={here} now={ctx.now} />
        )}
      </Section>
    </>
  );
}
