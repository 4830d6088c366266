import type { Metadata } from "next";
import Link from "next/link";
import { BillingTabs } from "#components/billing/billing-tabs.tsx";
import { ConnectForm } from "#components/billing/connect-form.tsx";
import { ConnectionCard } from "#components/billing/connection-card.tsx";
import { PricesTable } from "#components/billing/prices-table.tsx";
import { WebhookCard } from "#components/billing/webhook-card.tsx";
import { TextLink } from "#components/shell/front.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import {
  ENDPOINT_PERMISSION,
  KEY_PERMISSIONS,
  listOwnPrices,
  previewDisconnect,
  viewConnection,
  WEBHOOK_EVENTS,
} from "#lib/billing/index.ts";
import { listProducts } from "#lib/catalog/index.ts";
import { viewTenant } from "#lib/tenancy/index.ts";
import { type Entrance, onPage, requireTeam } from "#lib/web/index.ts";
import * as actions from "./actions.ts";

export const metadata: Metadata = { title: "Billing" };

export default async function BillingPage({ params }: { params: Promise<{ tenant: string }> }) {
  const entrance = await requireTeam((await params).tenant);
  const { ctx } = entrance;
  const { slug } = ctx.tenant;
  const { connection, webhookUrl } = await onPage(() => viewConnection(ctx));
  const decision = decide(ctx.actor, "billing.connect");
  return (
    <>
      <PageHeader title="Billing">
        Your own Stripe account takes the money. What was paid for there is what can be pulled here.
      </PageHeader>
      <BillingTabs base={`/t/${slug}/billing`} current="Overview" />
      {connection ? (
        <div className="grid gap-6">
          <ConnectionCard
            connection={connection}
            now={ctx.now}
            leaving={await onPage(() => previewDisconnect(ctx))}
            decision={decision}
            on={{
              check: actions.checkNow.bind(null, slug),
              setKey: actions.setKey.bind(null, slug),
              disconnect: actions.disconnect.bind(null, slug),
              setRefunds: actions.setRefunds.bind(null, slug),
            }}
          />
          <Plans entrance={entrance} />
          <WebhookCard
            url={webhookUrl}
            events={WEBHOOK_EVENTS}
            decision={decision}
            onSetSecret={actions.setSecret.bind(null, slug)}
          />
        </div>
      ) : (
        <ConnectForm
          webhookUrl={webhookUrl}
          events={WEBHOOK_EVENTS}
          permissions={[
            ...KEY_PERMISSIONS.map(({ label, why }) => ({ label, why })),
            { label: ENDPOINT_PERMISSION, why: "only where Purser is to make the webhook endpoint" },
          ]}
          decision={decision}
          onConnect={actions.connect.bind(null, slug)}
        />
      )}
    </>
  );
}

async function Plans({ entrance: { ctx } }: { entrance: Entrance }) {
  const { slug } = ctx.tenant;
  const [prices, products, { storefrontEnabled }] = await onPage(() =>
    Promise.all([listOwnPrices(ctx), listProducts(ctx), viewTenant(ctx)]),
  );
  return (
    <section aria-labelledby="plans">
      <div className="mb-2 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h2 id="plans" className="font-semibold text-sm">
            Plans and add-ons
          </h2>
          <p className="text-[13px] text-soft">
            What your Stripe prices mean here.{" "}
            {storefrontEnabled ? (
              <TextLink href={`/store/${slug}`}>The storefront</TextLink>
            ) : (
              <>
                The storefront is off: <TextLink href={`/t/${slug}/settings`}>switch it on</TextLink>
              </>
            )}{" "}
            {storefrontEnabled ? "sells them." : "to sell them."}
          </p>
        </div>
        <Link href={`/t/${slug}/billing/prices`} className={buttonClass({ variant: "primary" })}>
          Choose prices
        </Link>
      </div>
      {prices.length === 0 ? (
        <EmptyState title="Nothing is sold yet">
          Choose which prices of your Stripe account pay for the membership, and which give a restricted product.
        </EmptyState>
      ) : (
        <PricesTable
          caption="Plans and add-ons"
          prices={prices}
          products={products.map(({ id, name, requiresEntitlement }) => ({
            id,
            name,
            restricted: requiresEntitlement,
          }))}
          decision={decide(ctx.actor, "billing.mapPrices")}
          onAsk={actions.askAboutPrice.bind(null, slug)}
          onSave={actions.savePrice.bind(null, slug)}
        />
      )}
    </section>
  );
}
