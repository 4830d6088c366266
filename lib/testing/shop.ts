import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Account, findAccountOf, type Refreshed, refreshCustomer } from "#lib/billing/index.ts";
import { db } from "#lib/db/index.ts";
import { decideAccess } from "#lib/entitlements/index.ts";
import type { StripeLocal } from "../../stripe-local/index.ts";
import { asMember } from "./fresh-tenant.ts";
import { startStripeLocal } from "./stripe-local.ts";
import { type StripeTenant, stripeTenant } from "./stripe-tenant.ts";

const DAY_MS = 86_400_000;
export const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

/** A tenant that sells, and Ana, who is its customer; anew for each test. */
export interface Shop {
  stripe: StripeLocal;
  t: StripeTenant;
  ana: Awaited<ReturnType<StripeTenant["addCustomer"]>>;
  /** Prices: a membership each month, an add-on that gives the product, a lifetime that gives it too. */
  plan: string;
  addOn: string;
  lifetime: string;
  /** Opens another one in its place. */
  reopen(): Promise<void>;
  bought(prices: string[], customer?: string): ReturnType<StripeTenant["account"]["buy"]>;
  /** @returns the subscription */
  subscribed(prices: string[]): string;
  account(): Promise<Account>;
  refresh(customer?: string): Promise<Refreshed>;
  /** What the next pull is answered: allowed, warned, or the reason. */
  pull(member?: { userId: string }): Promise<string>;
  grants(): ReturnType<typeof grantsOf>;
  /** What the audit log says of Stripe, oldest first. */
  deeds(): Promise<string[]>;
}

/** Opens a shop before each test of a file. */
export function withShop(): Shop {
  const shop = {} as Shop;
  shop.reopen = async () => void Object.assign(shop, await openShop(shop.stripe));
  beforeAll(async () => {
    shop.stripe = await startStripeLocal();
  });
  afterAll(() => shop.stripe.stop());
  beforeEach(() => shop.reopen());
  return shop;
}

async function openShop(stripe: StripeLocal): Promise<Omit<Shop, "stripe" | "reopen">> {
  const t = await stripeTenant(stripe.addAccount(), { product: { requiresEntitlement: true } });
  const plan = t.account.price({ name: "Monthly" }).id;
  const addOn = t.account.price({ name: "Premium", amount: 500 }).id;
  const lifetime = t.account.price({ name: "Lifetime", interval: null, amount: 9900 }).id;
  await t.mean(plan, { membership: true, name: "Monthly" });
  await t.mean(lifetime, { membership: true, name: "Lifetime", gives: [t.product.id] });
  await t.mean(addOn, { gives: [t.product.id], name: "Premium" });
  const ana = await t.addCustomer();
  const bought = (prices: string[], customer = ana.customer) => t.account.buy(customer, prices);
  return {
    ...{ t, ana, plan, addOn, lifetime, bought },
    subscribed: (prices) => bought(prices).subscription?.id ?? "",
    account: () => accountOf(t),
    refresh: async (customer = ana.customer) => refreshCustomer(await accountOf(t), customer),
    pull: async (member = ana) => {
      const { decision } = await decideAccess(asMember(member), t.repository, "registry.pull");
      return decision.allowed ? (decision.warning ? "warned" : "allowed") : decision.reason;
    },
    grants: () => grantsOf(t),
    deeds: () => deedsOf(t),
  };
}

async function accountOf(t: StripeTenant): Promise<Account> {
  const found = await findAccountOf(t.tenant.id);
  if (!found) throw new Error("the tenant is connected");
  return found;
}

function grantsOf(t: StripeTenant) {
  return db().entitlement.findMany({ where: { tenantId: t.tenant.id }, orderBy: { id: "asc" } });
}

async function deedsOf(t: StripeTenant): Promise<string[]> {
  const rows = await db().auditEvent.findMany({ where: { tenantId: t.tenant.id }, orderBy: { seq: "asc" } });
  return rows.map(({ action, reason, actor }) => [action, reason, actor].filter(Boolean).join(" "));
}
