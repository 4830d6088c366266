import type { Metadata } from "next";
import Link from "next/link";
import { BillingTabs } from "#components/billing/billing-tabs.tsx";
import { PricesTable } from "#components/billing/prices-table.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { decide } from "#lib/access/index.ts";
import { listAccountPrices } from "#lib/billing/index.ts";
import { listProducts } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { isAppError } from "#lib/errors.ts";
import { one, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { askAboutPrice, savePrice } from "../actions.ts";

export const metadata: Metadata = { title: "Prices" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function PricesPage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { slug } = ctx.tenant;
  const base = `/t/${slug}/billing`;
  const after = one((await searchParams).after);
  const here = `${base}/prices`;
  const read = await onPage(() => readPrices(ctx, after), here);
  return (
    <>
      <PageHeader
        title="Prices"
        action={
          <Link href={base} className={buttonClass({})}>
            Back to billing
          </Link>
        }
      >
        The active prices of your Stripe account, read now. Say what each means here.
      </PageHeader>
      <BillingTabs base={base} current="Overview" />
      {"problem" in read ? (
        <EmptyState title="The prices could not be read">{read.problem}</EmptyState>
      ) : read.prices.length === 0 ? (
        <EmptyState title="Stripe has no active price">
          Add a product with a price in your Stripe account first.
        </EmptyState>
      ) : (
        <>
          <PricesTable
            caption="Prices of the Stripe account"
            prices={read.prices}
            products={read.products.map(({ id, name, requiresEntitlement }) => ({
              id,
              name,
              restricted: requiresEntitlement,
            }))}
            decision={decide(ctx.actor, "billing.mapPrices")}
            onAsk={askAboutPrice.bind(null, slug)}
            onSave={savePrice.bind(null, slug)}
          />
          <Pager
            label="Pages of prices"
            first={after ? here : null}
            next={read.next ? `${here}?after=${read.next}` : null}
          />
        </>
      )}
    </>
  );
}

// That Stripe is away, or refuses, is no failure of this page: it says so.
async function readPrices(ctx: Ctx, after: string | undefined) {
  const products = await listProducts(ctx);
  try {
    return { products, ...(await listAccountPrices(ctx, { after })) };
  } catch (error) {
    if (isAppError(error) && (error.code === "conflict" || error.code === "unavailable"))
      return { problem: error.message };
    throw error;
  }
}
