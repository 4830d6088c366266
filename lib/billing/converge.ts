import { record } from "#lib/audit/index.ts";
import { type Prisma, runIn, type Statement, type Subscription, type Tx } from "#lib/db/index.ts";
import { endAndRecord, type LedgerCtx, replaceGrant, standingGrants } from "#lib/entitlements/index.ts";
import { type Change, type CurrentState, changesBetween } from "./changes.ts";
import { type CustomerSnapshot, type DesiredMembership, desiredState } from "./desired-state.ts";
import { readRules } from "./rules.ts";

/** A member whose row the caller's transaction holds. */
export interface HeldMember {
  id: string;
  email: string;
}

/**
 * What would make the member's rows that come from Stripe what the reading says. Rows of other sources are never looked at.
 * The caller holds the member's row, so that two readings are applied one after the other.
 */
export async function changesBy(
  tx: Tx,
  tenantId: string,
  { member, snapshot, now }: { member: HeldMember; snapshot: CustomerSnapshot; now: Date },
): Promise<Change[]> {
  const rules = await readRules(tx, tenantId);
  const current = await readCurrent(tx, tenantId, member.id);
  return changesBetween(current, desiredState(snapshot, rules), now);
}

/** Makes the changes, and records each. */
export async function converge(
  tx: Tx,
  ctx: LedgerCtx,
  { member, changes }: { member: HeldMember; changes: readonly Change[] },
): Promise<void> {
  for (const change of changes) await apply(tx, ctx, { member, change });
}

const MEMBERSHIPS: Statement = {
  name: "stripe_memberships",
  text: `
    SELECT id, tenant_id AS "tenantId", member_id AS "memberId", kind, status, current_period_end AS "currentPeriodEnd",
      past_due_since AS "pastDueSince", cancel_at_period_end AS "cancelAtPeriodEnd",
      stripe_subscription_id AS "stripeSubscriptionId", stripe_payment_intent_id AS "stripePaymentIntentId", plan,
      ended_at AS "endedAt", end_reason AS "endReason", created_at AS "createdAt"
    FROM subscriptions
    WHERE tenant_id = $1 AND member_id = $2
      AND (stripe_subscription_id IS NOT NULL OR stripe_payment_intent_id IS NOT NULL)`,
};

/** What the ledger holds of a member from Stripe. */
async function readCurrent(tx: Tx, tenantId: string, memberId: string): Promise<CurrentState> {
  const of = { tenantId, memberId };
  const memberships = await runIn<Subscription>(tx, MEMBERSHIPS, [tenantId, memberId]);
  const grants = await standingGrants(tx, { ...of, source: "stripe" });
  return { memberships, grants };
}

/** Memberships that name something of Stripe's; others were given by hand. */
export const FROM_STRIPE = {
  OR: [{ stripeSubscriptionId: { not: null } }, { stripePaymentIntentId: { not: null } }],
} satisfies Prisma.SubscriptionWhereInput;

interface Step {
  member: HeldMember;
  change: Change;
}

async function apply(tx: Tx, ctx: LedgerCtx, { member, change }: Step): Promise<void> {
  switch (change.kind) {
    case "set-grant": {
      const { productId, reference: sourceRef, expiresAt } = change.desired;
      const wanted = { memberId: member.id, source: "stripe", productId, sourceRef, expiresAt } as const;
      await replaceGrant(tx, ctx, { standing: change.row, wanted });
      return;
    }
    case "end-grant":
      await endAndRecord(tx, ctx, { grant: change.row, reason: change.reason });
      return;
    case "add-membership": {
      const data = { ...columnsOf(change.desired, null, ctx.now), tenantId: ctx.tenant.id, memberId: member.id };
      const row = await tx.subscription.create({ data });
      return recordMembership(tx, ctx, { member, before: null, after: row });
    }
    case "change-membership":
      return update(tx, ctx, { member, row: change.row, data: columnsOf(change.desired, change.row, ctx.now) });
    case "end-membership":
      return update(tx, ctx, { member, row: change.row, data: { endedAt: ctx.now, endReason: change.reason } });
  }
}

function columnsOf(desired: DesiredMembership, row: Subscription | null, now: Date) {
  const { kind, reference, ended, ...columns } = desired;
  return {
    ...columns,
    kind,
    stripeSubscriptionId: kind === "stripe" ? reference : null,
    stripePaymentIntentId: kind === "lifetime" ? reference : null,
    endedAt: ended ? (ended.at ?? endSince(row, ended.reason) ?? now) : null,
    endReason: ended?.reason ?? null,
  };
}

// It ended when that was first seen, and goes on having ended then.
function endSince(row: Subscription | null, reason: string | null): Date | null {
  return row?.endReason === reason ? row.endedAt : null;
}

async function update(
  tx: Tx,
  ctx: LedgerCtx,
  change: { member: HeldMember; row: Subscription; data: Prisma.SubscriptionUncheckedUpdateInput },
): Promise<void> {
  const { member, row, data } = change;
  const after = await tx.subscription.update({
    where: { tenantId_id: { tenantId: ctx.tenant.id, id: row.id } },
    data,
  });
  await recordMembership(tx, ctx, { member, before: row, after });
}

async function recordMembership(
  tx: Tx,
  ctx: LedgerCtx,
  { member, before, after }: { member: HeldMember; before: Subscription | null; after: Subscription },
): Promise<void> {
  await record(tx, ctx, {
    action: "billing.subscription_changed",
    subject: { type: "subscription", id: after.id, label: `${member.email} · ${after.plan}` },
    reason: after.endReason ?? undefined,
    before: before ? shown(before) : undefined,
    after: shown(after),
  });
}

function shown(row: Subscription): Prisma.InputJsonObject {
  return {
    plan: row.plan,
    kind: row.kind,
    status: row.status,
    currentPeriodEnd: row.currentPeriodEnd?.toISOString() ?? null,
    pastDueSince: row.pastDueSince?.toISOString() ?? null,
    cancelAtPeriodEnd: row.cancelAtPeriodEnd,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
