import { createHash } from "node:crypto";
import type Stripe from "stripe";
import { record } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { readCustomer } from "./snapshot.ts";
import { askStripe, isMissing } from "./stripe-errors.ts";

/** The one who buys, with the tenant's context. */
export interface BuyerCtx extends Ctx {
  actor: Extract<Ctx["actor"], { type: "user" }>;
}

/** The member that the user is, made now where they are none: without a membership yet. */
export async function joinAsMember(ctx: BuyerCtx): Promise<{ id: string; stripeCustomerId: string | null }> {
  const { tenant, actor } = ctx;
  return transaction(async (tx) => {
    const data = { tenantId: tenant.id, userId: actor.id };
    // Of two at once, one makes the row.
    const [made] = await tx.member.createManyAndReturn({ data: [data], skipDuplicates: true });
    if (!made) return tx.member.findUniqueOrThrow({ where: { tenantId_userId: data } });
    const subject = { type: "member", id: made.id, label: actor.email };
    await record(tx, ctx, { action: "member.joined", subject, after: { by: "checkout" } });
    return made;
  });
}

/**
 * The member's customer at Stripe: the one that is known, else one there who is this buyer already, else a new one. One that
 * the account no longer has counts for none.
 * @throws conflict where Stripe refuses; unavailable
 */
export async function customerOf(
  stripe: Stripe,
  ctx: BuyerCtx,
  member: { id: string; stripeCustomerId: string | null },
): Promise<{ id: string; found: boolean }> {
  const known = member.stripeCustomerId;
  if (known && (await askStripe(() => isThere(stripe, known)))) return { id: known, found: false };
  const there = await findSame(stripe, ctx, member.id);
  const id = there ?? (await askStripe(() => make(stripe, ctx, member))).id;
  const bound = await query(async (db) => {
    // Only in the place of the one that was looked at: of two at once, Stripe's idempotency made one customer for both.
    await db.member.updateMany({ where: { id: member.id, stripeCustomerId: known }, data: { stripeCustomerId: id } });
    const now = await db.member.findUniqueOrThrow({ where: { id: member.id }, select: { stripeCustomerId: true } });
    return now.stripeCustomerId ?? id;
  });
  return { id: bound, found: there !== null };
}

/**
 * A customer who was made at Stripe itself and is this buyer: by our own metadata, or by an address that the buyer has
 * verified, unless the metadata names another. Of several, one who bought something.
 */
async function findSame(stripe: Stripe, { tenant, actor }: BuyerCtx, memberId: string): Promise<string | null> {
  const user = await query((db) => db.user.findUniqueOrThrow({ where: { id: actor.id } }));
  const { data } = await askStripe(() => stripe.customers.list({ email: user.email, limit: 100 }));
  const own = data.filter(({ metadata: { purser_tenant: at, purser_member: who } }) =>
    who ? at === tenant.id && who === memberId : user.emailVerifiedAt !== null,
  );
  const taken = await query((db) =>
    db.member.findMany({
      where: { tenantId: tenant.id, stripeCustomerId: { in: own.map(({ id }) => id) } },
      select: { stripeCustomerId: true },
    }),
  );
  const free = own.filter(({ id }) => !taken.some(({ stripeCustomerId }) => stripeCustomerId === id));
  for (const { id } of free.slice(0, LOOKED_AT)) {
    const { subscriptions, purchases } = await readCustomer(stripe, id);
    if (subscriptions.length + purchases.length > 0) return id;
  }
  return free[0]?.id ?? null;
}

const LOOKED_AT = 5;

/** Whether the account has a customer: neither deleted there nor another account's. */
export async function isThere(stripe: Stripe, customerId: string): Promise<boolean> {
  try {
    return !(await stripe.customers.retrieve(customerId)).deleted;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function make(
  stripe: Stripe,
  { tenant, actor }: BuyerCtx,
  member: { id: string; stripeCustomerId: string | null },
): Promise<Stripe.Customer> {
  const customer = { email: actor.email, metadata: { purser_tenant: tenant.id, purser_member: member.id } };
  // The same key for the same customer: what is asked for twice is made once.
  const wanted = JSON.stringify([customer, member.stripeCustomerId]);
  const idempotencyKey = `purser customer ${createHash("sha256").update(wanted).digest("hex")}`;
  return stripe.customers.create(customer, { idempotencyKey });
}
