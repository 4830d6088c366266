import { graceEnd, inGoodStanding, type SubscriptionFact } from "#lib/access/index.ts";

/** A member's standing in a word or two, and whether it gives access now. */
export interface Standing {
  good: boolean;
  label: string;
  /** Until when a past-due membership still holds. */
  graceUntil: Date | null;
}

interface Facts {
  member: { suspendedAt: Date | null; subscriptions: readonly SubscriptionFact[] };
  graceDays: number;
  now: Date;
}

/** Says how a member stands: by the membership that holds now, else by the last there was. */
export function standingOf({ member, graceDays, now }: Facts): Standing {
  if (member.suspendedAt) return { good: false, label: "Suspended", graceUntil: null };
  const holding = member.subscriptions.find((subscription) => inGoodStanding(subscription, graceDays, now));
  const shown = holding ?? member.subscriptions.at(-1);
  if (!shown) return { good: false, label: "No membership", graceUntil: null };
  return {
    good: holding !== undefined,
    label: labelOf(shown),
    graceUntil: holding ? graceEnd(holding, graceDays) : null,
  };
}

const KINDS = { stripe: "Subscription", lifetime: "Lifetime", complimentary: "Complimentary" } as const;

function labelOf({ kind, status, endedAt }: SubscriptionFact): string {
  if (endedAt) return `${KINDS[kind]}, ended`;
  return status ? `${KINDS[kind]}, ${status.replaceAll("_", " ")}` : KINDS[kind];
}
