import type Stripe from "stripe";
import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import { EmailAddress } from "../email.ts";
import type { Account } from "./account.ts";
import { isThere } from "./customer.ts";
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
  const named = tenant === tenantId && z.uuid().safeParse(memberId).success;
  if (named && memberId) return bindTo(account, memberId, customerId);
  const user = await findUser(customer.email);
  if (!user) {
    await rememberStranger({ tenantId, customerId }, customer.email);
    return NO_MEMBER;
  }
  const known = { tenantId, userId: user.id };
  const member = await query((db) => db.member.findUnique({ where: { tenantId_userId: known }, select: { id: true } }));
  if (member) return bindTo(account, member.id, customerId);
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

// For whoever verifies that address later: a job looks for them (meet-strangers.ts).
async function rememberStranger(of: { tenantId: string; customerId: string }, address: string | null): Promise<void> {
  const email = EmailAddress.safeParse(address ?? "");
  if (!email.success) return;
  await query((db) =>
    db.stripeStranger.upsert({
      where: { tenantId_customerId: of },
      create: { ...of, email: email.data },
      update: { email: email.data },
    }),
  );
}

/** Makes the customer the member's, unless they are another one whom the account still has. */
async function bindTo({ stripe, tenant }: Account, memberId: string, customerId: string): Promise<Unknown> {
  const where = { tenantId: tenant.id, id: memberId };
  const member = await query((db) => db.member.findFirst({ where, select: { stripeCustomerId: true } }));
  if (!member) return NO_MEMBER;
  const before = member.stripeCustomerId;
  if (before && before !== customerId && (await askStripe(() => isThere(stripe, before)))) return OTHER_CUSTOMER;
  return query((db) => bind(db, { ...where, before }, customerId));
}

interface ToBind {
  tenantId: string;
  id: string;
  /** Whom the customer may take the place of: nobody, or one who is no longer there. */
  before: string | null;
}

// The condition decides between two customers who come for one member at once.
async function bind(tx: Tx, { before, ...where }: ToBind, customerId: string): Promise<Unknown> {
  const { count } = await tx.member.updateMany({
    where: { ...where, stripeCustomerId: before },
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
  if (made.count === 0) return bind(tx, { tenantId: tenant.id, id: member.id, before: null }, customerId);
  const scope = { tenant, actor: { type: "stripe" }, requestId } as const;
  const subject = { type: "member", id: member.id, label: user.email };
  await record(tx, scope, { action: "member.joined", subject, after: { customer: customerId } });
  return null;
}
