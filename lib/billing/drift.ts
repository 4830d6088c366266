import { createHash } from "node:crypto";
import type { Subscription } from "#lib/db/index.ts";
import { query } from "#lib/db/index.ts";
import type { Account } from "./account.ts";
import { type Change, type CurrentState, changesBetween } from "./changes.ts";
import { FROM_STRIPE } from "./converge.ts";
import { type CustomerSnapshot, desiredState, type Rules } from "./desired-state.ts";
import { readRules } from "./rules.ts";
import { readAccount } from "./snapshot.ts";

/** A difference between Stripe and the ledger. */
export interface Difference {
  /** missing: paid for and not given; extra: given and not paid for; different: given otherwise than it was paid for. */
  kind: "missing" | "extra" | "different";
  /** What is different, in words: "Premium", "Membership, monthly". */
  what: string;
  /** What would be done. */
  fix: string;
}

export interface CustomerDrift {
  customerId: string;
  /** Null where no member is that customer. */
  member: { id: string; email: string } | null;
  differences: Difference[];
}

export interface Drift {
  comparedAt: Date;
  /** How many customers were compared. */
  customers: number;
  /** Those with a difference, members first. */
  drifted: CustomerDrift[];
  counts: Record<Difference["kind"] | "unknown", number>;
  /** Of exactly these differences. */
  fingerprint: string;
}

/**
 * Compares Stripe as it is now with the ledger: every customer who ever bought something, and every member who was one.
 * @throws unavailable where Stripe does not answer; conflict where it refuses the key
 */
export async function findDrift(account: Account, now: Date): Promise<Drift> {
  // The ledger after Stripe: what is bought meanwhile is compared the next time, and no drift.
  const snapshots = await readAccount(account.stripe);
  const { members, rules, names } = await readLedger(account.tenant.id);
  for (const { customerId } of members) {
    if (!snapshots.has(customerId)) snapshots.set(customerId, { customerId, subscriptions: [], purchases: [] });
  }
  const known = new Map(members.map((member) => [member.customerId, member]));
  const drifted = [...snapshots.values()]
    .map((snapshot) => driftOf({ snapshot, member: known.get(snapshot.customerId) ?? null, rules, names, now }))
    .filter(({ differences }) => differences.length > 0)
    .sort((a, b) => (a.member?.email ?? "~").localeCompare(b.member?.email ?? "~") || compare(a, b));
  return {
    comparedAt: now,
    customers: snapshots.size,
    drifted,
    counts: countsOf(drifted),
    fingerprint: fingerprintOf(drifted),
  };
}

const compare = (a: CustomerDrift, b: CustomerDrift) => (a.customerId < b.customerId ? -1 : 1);

interface LedgerMember {
  id: string;
  email: string;
  customerId: string;
  current: CurrentState;
}

interface Ledger {
  members: LedgerMember[];
  rules: Rules;
  /** Products by id. */
  names: ReadonlyMap<string, string>;
}

async function readLedger(tenantId: string): Promise<Ledger> {
  return query(async (db) => {
    const [rules, members, products] = await Promise.all([
      readRules(db, tenantId),
      db.member.findMany({
        where: { tenantId, stripeCustomerId: { not: null } },
        select: {
          id: true,
          stripeCustomerId: true,
          user: { select: { email: true } },
          subscriptions: { where: FROM_STRIPE },
          entitlements: { where: { source: "stripe", revokedAt: null } },
        },
      }),
      db.product.findMany({ where: { tenantId }, select: { id: true, name: true } }),
    ]);
    const shown = members.map(({ id, stripeCustomerId, user, subscriptions, entitlements }) => ({
      id,
      email: user.email,
      customerId: stripeCustomerId ?? "",
      current: { memberships: subscriptions, grants: entitlements },
    }));
    return { rules, members: shown, names: new Map(products.map(({ id, name }) => [id, name])) };
  });
}

interface ToCompare {
  snapshot: CustomerSnapshot;
  member: LedgerMember | null;
  rules: Rules;
  names: ReadonlyMap<string, string>;
  now: Date;
}

function driftOf({ snapshot, member, rules, names, now }: ToCompare): CustomerDrift {
  const desired = desiredState(snapshot, rules);
  const current = member?.current ?? { memberships: [], grants: [] };
  const changes = changesBetween(current, desired, now);
  // Of somebody whom nobody knows here, only what holds now is of interest.
  const counted = member ? changes : changes.filter(holdsNow);
  return {
    customerId: snapshot.customerId,
    member: member && { id: member.id, email: member.email },
    differences: differencesOf(counted, names),
  };
}

function holdsNow(change: Change): boolean {
  return change.kind === "set-grant" || (change.kind === "add-membership" && change.desired.ended === null);
}

/** Changes in words. */
export function differencesOf(changes: readonly Change[], names: ReadonlyMap<string, string>): Difference[] {
  return changes.map((change) => differenceOf(change, (id) => names.get(id) ?? id));
}

function differenceOf(change: Change, product: (id: string) => string): Difference {
  switch (change.kind) {
    case "add-membership":
      return { kind: "missing", what: `Membership: ${change.desired.plan}`, fix: "add it" };
    case "change-membership":
      return { kind: "different", what: `Membership: ${change.desired.plan}`, fix: membershipFix(change) };
    case "end-membership":
      return { kind: "extra", what: `Membership: ${change.row.plan}`, fix: `end it: ${change.reason}` };
    case "end-grant":
      return { kind: "extra", what: product(change.row.productId), fix: `end it: ${change.reason}` };
    case "set-grant":
      return grantDifference(change, product);
  }
}

function grantDifference(
  { row, desired }: Extract<Change, { kind: "set-grant" }>,
  product: (id: string) => string,
): Difference {
  const until = desired.expiresAt ? ` until ${desired.expiresAt.toISOString().slice(0, 10)}` : "";
  const what = product(desired.productId);
  if (row) return { kind: "different", what, fix: `let it hold${until || " on"}` };
  return { kind: "missing", what, fix: `grant it${until}` };
}

function membershipFix({ row, desired }: Extract<Change, { kind: "change-membership" }>): string {
  const [before, after] = [stateOf(row), desired.ended ? "ended" : (desired.status ?? "lifetime")];
  return before === after ? "take over its plan and dates" : `${before} → ${after}`.replaceAll("_", " ");
}

function stateOf({ endedAt, status }: Subscription): string {
  return endedAt ? "ended" : (status ?? "lifetime");
}

function countsOf(drifted: readonly CustomerDrift[]): Drift["counts"] {
  const counts = { missing: 0, extra: 0, different: 0, unknown: 0 };
  for (const { member, differences } of drifted) {
    if (!member) counts.unknown++;
    else for (const { kind } of differences) counts[kind]++;
  }
  return counts;
}

/** Two lists of differences have the same one exactly where they are equal. */
export function fingerprintOf(drifted: readonly CustomerDrift[]): string {
  const content = drifted.map(({ customerId, member, differences }) => [customerId, member?.id ?? null, differences]);
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
