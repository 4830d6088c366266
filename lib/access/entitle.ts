import type { Capability } from "./capabilities.ts";
import { decide, OWES_SECOND_FACTOR, tokenLacks } from "./decide.ts";
import { REASONS, type Reason } from "./reasons.ts";
import type { Role } from "./roles.ts";
import { activeGrants, DAY_MS, type GrantFact, graceEnd, inGoodStanding, type SubscriptionFact } from "./standing.ts";

export type RegistryCapability = Extract<Capability, `registry.${string}`>;

/** Everything a decision about one product rests on. Loaded by lib/entitlements, judged here. */
export interface Facts {
  now: Date;
  capability: RegistryCapability;
  tenant: { archivedAt: Date | null; graceDays: number; endlessTokens: boolean; tokenDaysMax: number | null } | null;
  product: {
    id: string;
    visibility: "listed" | "hidden";
    requiresEntitlement: boolean;
    archivedAt: Date | null;
  } | null;
  /** The access token in use, or null for a caller who signed in with a password. */
  token: { scopes: readonly string[]; productIds: readonly string[]; endless: boolean; issuedAt: Date } | null;
  /** The caller's role in the team; a robot of this tenant stands outside the roles, bound by its scopes alone. */
  team: Role | "robot" | null;
  /** Of the team, but without the second factor that it asks for: until then `team` is null. */
  owesSecondFactor: boolean;
  member: { suspendedAt: Date | null } | null;
  subscriptions: readonly SubscriptionFact[];
  /** Grants of this product that nobody revoked. */
  grants: readonly GrantFact[];
}

export interface TraceStep {
  rule: string;
  /** The fact behind it, in words. */
  fact: string;
  outcome: "passed" | "allowed" | "denied";
}

interface Verdict {
  /** Whether the caller may know that the product exists: what it may not know is answered like what is not there. */
  visible: boolean;
  rule: string;
  /** Every rule up to the one that decided; a function, since few callers ask. */
  trace: () => TraceStep[];
}

export type Decision = Verdict &
  (
    | { allowed: true; warning?: string; reason?: undefined; message?: undefined }
    | { allowed: false; reason: Reason; message: string; warning?: undefined }
  );

type Outcome = { allowed: true } | { denied: Reason; message?: string } | undefined;

interface Rule {
  name: string;
  test(facts: Facts): Outcome;
  fact(facts: Facts): string;
}

/**
 * Why a caller may or may not have a product now: the first rule that applies, with every fact it rests on. Pure.
 * Used by the token issue, manifests, blobs, downloads, lists and pages alike (domain.md, "The decision").
 */
export function entitle(facts: Facts): Decision {
  for (const rule of RULES) {
    const outcome = rule.test(facts);
    if (!outcome) continue;
    const verdict = { visible: mayKnow(facts), rule: rule.name, trace: () => traceOf(facts, rule) };
    if ("allowed" in outcome) return { ...verdict, allowed: true };
    return { ...verdict, allowed: false, reason: outcome.denied, message: outcome.message ?? REASONS[outcome.denied] };
  }
  return {
    allowed: true,
    visible: true,
    rule: "entitled",
    warning: graceWarning(facts),
    trace: () => traceOf(facts),
  };
}

const unknown: Rule = {
  name: "unknown",
  test: (facts) => (exists(facts) ? undefined : { denied: "not_found" }),
  fact: ({ tenant, product, grants, now }) => {
    if (!tenant) return "no such vendor";
    if (!product) return "no such product";
    if (tenant.archivedAt) return "the vendor is archived";
    if (product.archivedAt) return "the product is archived";
    return `the product is ${product.visibility}${activeGrants(grants, now).length > 0 ? " and granted" : ""}`;
  },
};

const tokenScope: Rule = {
  name: "token_scope",
  test: ({ tenant, token, product, capability, now }) => {
    if (!token) return undefined;
    const unfit = tokenUnfit(tenant, token, now);
    if (unfit) return { denied: "token_scope", message: unfit };
    if (!token.scopes.includes(capability)) return { denied: "token_scope", message: tokenLacks(capability) };
    if (token.productIds.length > 0 && !(product && token.productIds.includes(product.id))) {
      return { denied: "token_scope", message: "This token is limited to other products." };
    }
    return undefined;
  },
  fact: ({ token }) => {
    if (!token) return "no token limits it";
    const products = token.productIds.length > 0 ? `${token.productIds.length} products` : "all products";
    const end = token.endless ? ", without an end" : "";
    return `the token covers ${token.scopes.join(", ") || "nothing"} on ${products}${end}`;
  },
};

/** Why a vendor takes no such token, whatever it is for; null where it does. */
export function tokenUnfit(
  tenant: Pick<NonNullable<Facts["tenant"]>, "endlessTokens" | "tokenDaysMax"> | null,
  { endless, issuedAt }: Pick<NonNullable<Facts["token"]>, "endless" | "issuedAt">,
  now: Date,
): string | null {
  if (endless && !tenant?.endlessTokens) return "This vendor takes no tokens without an end. Make one that expires.";
  const days = tenant?.tokenDaysMax ?? null;
  if (days === null || now.getTime() < issuedAt.getTime() + days * DAY_MS) return null;
  return `This vendor takes a token for ${days} days after it was made. Rotate this one, or make another.`;
}

const teamBypass: Rule = {
  name: "team",
  test: ({ team, capability }) => {
    if (!team) return undefined;
    if (team === "robot") return { allowed: true };
    const decision = decide({ type: "user", id: "", email: "", role: team }, capability);
    return decision.allowed ? { allowed: true } : { denied: "role_lacks", message: decision.reason };
  },
  fact: ({ team }) => (team ? `on the team as ${team}` : "not on the team"),
};

const noMember: Rule = {
  name: "member",
  test: ({ member, owesSecondFactor }) => {
    if (member) return undefined;
    return owesSecondFactor ? { denied: "role_lacks", message: OWES_SECOND_FACTOR } : { denied: "not_a_member" };
  },
  fact: ({ member, owesSecondFactor }) =>
    `${member ? "a member" : "not a member"}${owesSecondFactor ? ", on the team without a second factor" : ""}`,
};

const teamOnly: Rule = {
  name: "team_only",
  test: ({ capability }) => {
    if (capability === "registry.pull") return undefined;
    const decision = decide({ type: "user", id: "", email: "", role: null }, capability);
    return { denied: "role_lacks", message: decision.allowed ? undefined : decision.reason };
  },
  fact: ({ capability }) => `asked to ${capability.slice("registry.".length)}`,
};

const suspended: Rule = {
  name: "suspended",
  test: ({ member }) => (member?.suspendedAt ? { denied: "member_suspended" } : undefined),
  fact: ({ member }) => (member?.suspendedAt ? `suspended since ${member.suspendedAt.toISOString()}` : "not suspended"),
};

const lapsed: Rule = {
  name: "standing",
  test: ({ subscriptions, tenant, now }) =>
    subscriptions.some((subscription) => inGoodStanding(subscription, tenant?.graceDays ?? 0, now))
      ? undefined
      : { denied: "membership_inactive" },
  fact: ({ subscriptions }) =>
    subscriptions.map((s) => `${s.kind}${s.status ? ` (${s.status})` : ""}`).join(", ") || "no membership",
};

const notEntitled: Rule = {
  name: "entitlement",
  test: ({ product, grants, now }) =>
    product?.requiresEntitlement && activeGrants(grants, now).length === 0 ? { denied: "not_entitled" } : undefined,
  fact: ({ product, grants, now }) => {
    if (!product?.requiresEntitlement) return "the product is open to every member";
    const sources = activeGrants(grants, now).map((grant) => grant.source);
    return `the product is restricted; active grants: ${sources.join(", ") || "none"}`;
  },
};

// The order is the contract (domain.md, "The decision"): a hidden product says not_found before it says anything else.
const RULES: readonly Rule[] = [unknown, tokenScope, teamBypass, noMember, teamOnly, suspended, lapsed, notEntitled];

// Hidden keeps a product from those nobody gave it to; the team that makes it always sees it.
function exists({ tenant, product, team, owesSecondFactor, grants, now }: Facts): boolean {
  if (!tenant || tenant.archivedAt || !product || product.archivedAt) return false;
  const ofTeam = team !== null || owesSecondFactor;
  return product.visibility === "listed" || ofTeam || activeGrants(grants, now).length > 0;
}

function mayKnow(facts: Facts): boolean {
  return exists(facts) && (facts.team !== null || facts.owesSecondFactor || facts.member !== null);
}

/** The date that a member in the days of grace is told, when nothing better than a past-due subscription holds access. */
function graceWarning({ subscriptions, tenant, now }: Facts): string | undefined {
  const graceDays = tenant?.graceDays ?? 0;
  const good = subscriptions.filter((subscription) => inGoodStanding(subscription, graceDays, now));
  const ends = good.map((subscription) => graceEnd(subscription, graceDays));
  if (ends.length === 0 || ends.includes(null)) return undefined;
  const last = new Date(Math.max(...ends.map((end) => end?.getTime() ?? 0)));
  return `membership past due, access ends ${last.toISOString().slice(0, 10)}`;
}

/** The trace in short: the rule that decided, and the fact behind it. */
export function whyOf(decision: Decision): string {
  const last = decision.trace().at(-1);
  return last ? `${last.rule}: ${last.fact}` : decision.rule;
}

function traceOf(facts: Facts, last?: Rule): TraceStep[] {
  const reached = last ? RULES.slice(0, RULES.indexOf(last) + 1) : RULES;
  return reached.map((rule) => {
    const outcome = rule.test(facts);
    const word = !outcome ? "passed" : "allowed" in outcome ? "allowed" : "denied";
    return { rule: rule.name, fact: rule.fact(facts), outcome: word };
  });
}
