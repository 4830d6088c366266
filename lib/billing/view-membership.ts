import { graceEnd, inGoodStanding } from "#lib/access/index.ts";
import { query, type Subscription } from "#lib/db/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import type { Offer } from "./offers.ts";
import { findBuyingMember, viewStore } from "./store.ts";

/** One's own membership in a tenant, for its card in the portal. */
export interface OwnMembership {
  suspended: boolean;
  /** What was bought, in words: "Membership, monthly"; empty where there is nothing. */
  plan: string;
  state: "none" | "good" | "past_due" | "lapsed";
  /** Stripe's word for it where it is not good: unpaid, paused, canceled. */
  status: string | null;
  /** When it renews; null where it does not. */
  renewsAt: Date | null;
  /** When access ends: a canceled plan's last day, the end of the days of grace. */
  endsAt: Date | null;
  /** Bought once, or given: it has no end. */
  lasting: boolean;
  /** There is a customer at Stripe whose plan can be managed. */
  manageable: boolean;
  /** Whether the storefront is open to buy there. */
  storeOpen: boolean;
  /** The add-ons that can be bought there now. */
  addOns: Offer[];
}

/** The caller's own membership; null for who is no member. It asks for no right. */
export async function viewOwnMembership(ctx: Ctx & AccountCtx): Promise<OwnMembership | null> {
  const { tenant, actor, now } = ctx;
  const member = await findBuyingMember(tenant.id, actor.id);
  if (!member) return null;
  const { graceDays, storefrontEnabled, archivedAt, stripeConnection } = await query((db) =>
    db.tenant.findUniqueOrThrow({
      where: { id: tenant.id },
      select: {
        graceDays: true,
        storefrontEnabled: true,
        archivedAt: true,
        stripeConnection: { select: { id: true } },
      },
    }),
  );
  const rows = member.subscriptions;
  const holding = rows.find((row) => inGoodStanding(row, graceDays, now));
  const shown = holding ?? rows.findLast(({ endedAt }) => !endedAt) ?? rows.at(-1);
  const storeOpen = storefrontEnabled && archivedAt === null && stripeConnection !== null;
  const store = storeOpen ? await viewStore(tenant.slug, actor.id, now) : null;
  return {
    suspended: member.suspendedAt !== null,
    ...(shown ? membershipOf(shown, { graceDays, good: holding !== undefined }) : NONE),
    manageable: stripeConnection !== null && member.stripeCustomerId !== null,
    storeOpen,
    addOns: store?.addOns.filter(({ refusal }) => refusal === null) ?? [],
  };
}

type Shown = Omit<OwnMembership, "suspended" | "manageable" | "storeOpen" | "addOns">;

const NONE: Shown = { plan: "", state: "none", status: null, renewsAt: null, endsAt: null, lasting: false };

const KINDS = {
  stripe: "Membership",
  lifetime: "Lifetime membership",
  complimentary: "Complimentary membership",
} as const;

function membershipOf(row: Subscription, { graceDays, good }: { graceDays: number; good: boolean }): Shown {
  const pastDue = row.status === "past_due" && !row.endedAt;
  const lasting = row.kind !== "stripe";
  const ends = row.endedAt ?? graceEnd(row, graceDays) ?? (row.cancelAtPeriodEnd ? row.currentPeriodEnd : null);
  return {
    plan: row.plan || KINDS[row.kind],
    state: !good ? "lapsed" : pastDue ? "past_due" : "good",
    status: row.endReason ?? row.status,
    renewsAt: good && !lasting && !ends ? row.currentPeriodEnd : null,
    endsAt: ends,
    lasting: lasting && good,
  };
}
