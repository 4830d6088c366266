import type Stripe from "stripe";
import { record } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import { EmailAddress } from "../email.ts";
import type { Account } from "./account.ts";
import { desiredState } from "./desired-state.ts";
import { readRules } from "./rules.ts";
import { readCustomer } from "./snapshot.ts";
import { askStripe, isMissing } from "./stripe-errors.ts";

/** Why a customer is nobody here, in words; null where they are a member now. */
export type Unknown = string | null;

export const NO_MEMBER = "no member is that customer";
const OTHER_CUSTOMER = "the member is another customer already";

/**
 * Finds out which member a customer is whom no member's row names, and writes it there: the member that their metadata
 * names, as a checkout of ours writes it; else the user whose verified address they have, who becomes a member once
 * something was paid for.
 * @throws unavailable where Stripe does not answer
 */
export async function linkCustomer(account: Account, customerId: string, requestId: string): Promise<Unknown> {
  const customer = await findCustomer(account, customerId);
  if (!customer) return NO_MEMBER;
  const { id: tenantId } = account.tenant;
  const { purser_tenant: tenant, purser_member: memberId } = customer.metadata;
  if (tenant === tenantId && memberId) return query((db) => bind(db, { tenantId, id: memberId }, customerId));
  const user = await findUser(customer.email);
  if (!user) return NO_MEMBER;
  const known = { tenantId, userId: user.id };
  const member = await query((db) => db.member.findUnique({ where: { tenantId_userId: known }, select: { id: true } }));
  if (member) return query((db) => bind(db, { tenantId, id: member.id }, customerId));
  if (!(await hasBought(account, customerId))) return NO_MEMBER;
  return transaction((tx) => join(tx, { account, user, customerId, requestId }));
}

async function findCustomer({ stripe }: Account, customerId: string): Promise<Stripe.Customer | null> {
  const customer = await askStripe(() =>
    stripe.customers.retrieve(customerId).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    }),
  );
  return customer && !customer.deleted ? customer : null;
}

async function findUser(address: string | null): Promise<{ id: string; email: string } | null> {
  const email = EmailAddress.safeParse(address ?? "");
  if (!email.success) return null;
  const where = { email: email.data, emailVerifiedAt: { not: null } };
  return query((db) => db.user.findFirst({ where, select: { id: true, email: true } }));
}

// The condition decides between two customers who come for one member at once.
async function bind(tx: Tx, where: { tenantId: string; id: string }, customerId: string): Promise<Unknown> {
  const member = await tx.member.findFirst({ where, select: { stripeCustomerId: true } }).catch(() => null);
  if (!member) return NO_MEMBER;
  if (member.stripeCustomerId === customerId) return null;
  const { count } = await tx.member.updateMany({
    where: { ...where, stripeCustomerId: null },
    data: { stripeCustomerId: customerId },
  });
  return count === 1 ? null : OTHER_CUSTOMER;
}

/** Whether the customer has anything that means something here. */
async function hasBought({ stripe, tenant }: Account, customerId: string): Promise<boolean> {
  const snapshot = await readCustomer(stripe, customerId);
  const { memberships, grants } = desiredState(snapshot, await query((db) => readRules(db, tenant.id)));
  return memberships.some(({ ended }) => ended === null) || grants.length > 0;
}

interface Joining {
  account: Account;
  user: { id: string; email: string };
  customerId: string;
  requestId: string;
}

async function join(tx: Tx, { account: { tenant }, user, customerId, requestId }: Joining): Promise<Unknown> {
  // Whoever makes the member at the same moment wins; then it is bound as any other.
  const made = await tx.member.createMany({
    data: [{ tenantId: tenant.id, userId: user.id, stripeCustomerId: customerId }],
    skipDuplicates: true,
  });
  const member = await tx.member.findFirst({ where: { tenantId: tenant.id, userId: user.id }, select: { id: true } });
  if (!member) return OTHER_CUSTOMER;
  if (made.count === 0) return bind(tx, { tenantId: tenant.id, id: member.id }, customerId);
  const scope = { tenant, actor: { type: "stripe" }, requestId } as const;
  const subject = { type: "member", id: member.id, label: user.email };
  await record(tx, scope, { action: "member.joined", subject, after: { customer: customerId } });
  return null;
}
