import { receiveEvent } from "#lib/billing/index.ts";
import { sealContext } from "#lib/billing/stripe-client.ts";
import { db } from "#lib/db/index.ts";
import type { StripeAccount } from "../../stripe-local/index.ts";
import { newId } from "../ids.ts";
import { seal } from "../seal.ts";
import { type Fixture, freshTenant, type TenantOptions, type TestMember } from "./fresh-tenant.ts";

/** A tenant whose Stripe account is one of the stand-in's. */
export interface StripeTenant extends Fixture {
  account: StripeAccount;
  /** Where Stripe posts. */
  webhookPath: string;
  /** Makes a price of the account a plan, or has it give products. */
  mean(priceId: string, meaning: { membership?: boolean; gives?: readonly string[]; name?: string }): Promise<void>;
  /** A member without any membership, and the customer that they are in Stripe. */
  addCustomer(): Promise<TestMember & { customer: string }>;
}

/** Connects a fresh tenant to an account of the stand-in. */
export async function stripeTenant(account: StripeAccount, options?: TenantOptions): Promise<StripeTenant> {
  const t = await freshTenant(options);
  const tenantId = t.tenant.id;
  await db().stripeConnection.create({
    data: {
      tenantId,
      restrictedKeyEncrypted: seal(account.key, sealContext(tenantId, "key")),
      webhookSecretEncrypted: seal(account.webhookSecret, sealContext(tenantId, "webhook-secret")),
      keyHint: account.key.slice(-4),
      accountId: account.id,
      livemode: false,
    },
  });
  return {
    ...t,
    account,
    webhookPath: `/api/stripe/webhook/${t.tenant.slug}`,
    mean: (priceId, meaning) => mean(tenantId, priceId, meaning),
    addCustomer: () => addCustomer(t, account),
  };
}

async function mean(
  tenantId: string,
  priceId: string,
  {
    membership = false,
    gives = [],
    name = priceId,
  }: { membership?: boolean; gives?: readonly string[]; name?: string },
): Promise<void> {
  const key = { tenantId, priceId };
  const columns = { membership, name, currency: "usd", unitAmount: 1900n };
  await db().stripePrice.upsert({
    where: { tenantId_priceId: key },
    create: { ...key, ...columns },
    update: columns,
  });
  await db().stripePriceMapping.deleteMany({ where: key });
  await db().stripePriceMapping.createMany({ data: gives.map((productId) => ({ ...key, productId })) });
}

async function addCustomer(t: Fixture, account: StripeAccount): Promise<TestMember & { customer: string }> {
  const member = await t.addMember(null);
  const metadata = { purser_tenant: t.tenant.id, purser_member: member.id };
  const { id: customer } = account.customer({ email: member.email, metadata });
  await db().member.update({ where: { id: member.id }, data: { stripeCustomerId: customer } });
  return { ...member, customer };
}

/**
 * Delivers what waits, or the events named, to the tenant as its webhook would.
 * @throws where one of them is not taken
 */
export async function deliverEvents(
  t: StripeTenant,
  { events, ...how }: Parameters<StripeAccount["deliver"]>[0] & { events?: readonly object[] } = {},
): Promise<void> {
  const take = async (body: string, signature: string | null) =>
    receiveEvent({ slug: t.tenant.slug, body, signature, requestId: newId() });
  for (const event of events ?? []) {
    const { body, signature } = t.account.signed(event);
    await take(body, signature);
  }
  if (events) return;
  const to = async (request: Request) =>
    Response.json(await take(await request.text(), request.headers.get("stripe-signature")));
  const failed = (await t.account.deliver({ ...how, to })).filter(({ status }) => status !== 200);
  if (failed.length > 0)
    throw new Error(`not taken: ${failed.map(({ type, answer }) => `${type} ${answer}`).join("; ")}`);
}
