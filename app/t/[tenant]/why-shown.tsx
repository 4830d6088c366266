import { SOURCES } from "#components/entitlements/sources.ts";
import { FactList, type GrantFactShown } from "#components/entitlements/why-view.tsx";
import { activeGrants, inGoodStanding } from "#lib/access/index.ts";
import type { Why } from "#lib/entitlements/index.ts";
import { dateOnly } from "#lib/format.ts";

interface At {
  now: Date;
  graceDays: number;
}

/** What stands behind the rules about the membership and the grants. */
export function behindRules({ subscriptions, grants }: Why, at: At) {
  return {
    standing: <FactList label="Memberships" facts={subscriptions.map((one) => membershipShown(one, at))} />,
    entitlement: <FactList label="Grants" facts={grants.map((one) => grantShown(one, at))} />,
  };
}

const KINDS = { stripe: "Subscription", lifetime: "Lifetime membership", complimentary: "Complimentary membership" };

function membershipShown(one: Why["subscriptions"][number], { now, graceDays }: At): GrantFactShown {
  const words = [one.plan || KINDS[one.kind], `since ${dateOnly(one.createdAt)}`];
  if (one.status) words.push(one.status.replaceAll("_", " "));
  if (one.endedAt) words.push(`ended ${dateOnly(one.endedAt)}${one.endReason ? `, ${one.endReason}` : ""}`);
  return { id: one.id, text: words.join(", "), state: inGoodStanding(one, graceDays, now) ? "holds" : "does not hold" };
}

function grantShown(one: Why["grants"][number], { now }: At): GrantFactShown {
  const words = [`${SOURCES[one.source]}, given ${dateOnly(one.grantedAt)}`];
  if (one.startsAt) words.push(`from ${dateOnly(one.startsAt)}`);
  if (one.expiresAt) words.push(`until ${dateOnly(one.expiresAt)}`);
  if (one.revokedAt) words.push(`ended ${dateOnly(one.revokedAt)}${one.revokeReason ? `: ${one.revokeReason}` : ""}`);
  const holds = !one.revokedAt && activeGrants([one], now).length > 0;
  const waits = !one.revokedAt && one.startsAt !== null && one.startsAt > now;
  return { id: one.id, text: words.join(", "), state: holds ? "holds" : waits ? "not begun" : "ended" };
}
