import type { Facts, GrantFact, SubscriptionFact } from "./index.ts";

export const NOW = new Date("2026-11-20T12:00:00.000Z");

export function aSubscription(changes: Partial<SubscriptionFact> = {}): SubscriptionFact {
  return { kind: "stripe", status: "active", pastDueSince: null, endedAt: null, ...changes };
}

export function aGrant(changes: Partial<GrantFact> = {}): GrantFact {
  return { source: "admin", startsAt: null, expiresAt: null, ...changes };
}

type Of<K extends keyof Facts> = NonNullable<Facts[K]>;

export function aTenant(changes: Partial<Of<"tenant">> = {}): Of<"tenant"> {
  return { archivedAt: null, graceDays: 7, endlessTokens: false, tokenDaysMax: null, ...changes };
}

export function aToken(changes: Partial<Of<"token">> = {}): Of<"token"> {
  return { scopes: ["registry.pull"], productIds: [], endless: false, issuedAt: NOW, ...changes };
}

/** A member in good standing who pulls an open, listed product with their password; `changes` is what is different. */
export function facts(changes: Partial<Facts> = {}): Facts {
  return {
    now: NOW,
    capability: "registry.pull",
    tenant: aTenant(),
    product: { id: "p", visibility: "listed", requiresEntitlement: false, archivedAt: null },
    token: null,
    team: null,
    owesSecondFactor: false,
    member: { suspendedAt: null },
    subscriptions: [aSubscription()],
    grants: [],
    ...changes,
  };
}
