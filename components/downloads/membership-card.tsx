"use client";

import Link from "next/link";
import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";
import { dateOnly, money, period } from "#lib/format.ts";

interface Membership {
  suspended: boolean;
  plan: string;
  state: "none" | "good" | "past_due" | "lapsed";
  status: string | null;
  renewsAt: Date | null;
  endsAt: Date | null;
  lasting: boolean;
  manageable: boolean;
  storeOpen: boolean;
  addOns: {
    name: string;
    unitAmount: number | null;
    currency: string;
    interval: string | null;
    intervalCount: number;
  }[];
}

interface Props {
  membership: Membership;
  store: string;
  onManage: () => Promise<ActionResult<{ url: string }>>;
}

/** One's own membership: the plan, until when, and the ways to change it or to buy more. */
export function MembershipCard({ membership, store, onManage }: Props) {
  const { plan, manageable, storeOpen, addOns } = membership;
  const { run, pending } = useAction(onManage);
  const [leaving, setLeaving] = useState(false);
  const manage = async () => {
    const answer = await run();
    if (!answer) return;
    setLeaving(true);
    window.location.assign(answer.data.url);
  };
  return (
    <section
      aria-labelledby="membership"
      className="wrap-anywhere mb-6 flex flex-wrap items-start justify-between gap-3 rounded-lg border border-line bg-surface p-4"
    >
      <div className="min-w-0">
        <h2 id="membership" className="flex flex-wrap items-center gap-2 font-medium text-sm">
          {plan || "No membership yet"} <StateBadge membership={membership} />
        </h2>
        <p className="mt-1 text-[13px] text-soft">{sentence(membership)}</p>
        {addOns.length > 0 ? <p className="mt-1 text-[13px]">You can add {addOns.map(priced).join(", ")}.</p> : null}
      </div>
      <div className="flex flex-wrap gap-2">
        {storeOpen ? (
          <Link href={store} className={buttonClass({ variant: plan ? "secondary" : "primary" })}>
            {plan ? "Plans and add-ons" : "Choose a plan"}
          </Link>
        ) : null}
        {manageable ? (
          <Button pending={pending || leaving} onClick={manage}>
            Manage membership
          </Button>
        ) : null}
      </div>
    </section>
  );
}

function priced({ name, unitAmount, currency, interval, intervalCount }: Membership["addOns"][number]): string {
  return `${name} (${money(unitAmount ?? 0, currency)} ${period(interval, intervalCount)})`;
}

const TONES = { good: "good", past_due: "warn", lapsed: "danger", none: "neutral" } as const;
const WORDS = { good: "Active", past_due: "Payment due", lapsed: "Ended", none: "" } as const;

function StateBadge({ membership: { suspended, state } }: Pick<Props, "membership">) {
  if (suspended) return <Badge tone="danger">Suspended</Badge>;
  return WORDS[state] ? <Badge tone={TONES[state]}>{WORDS[state]}</Badge> : null;
}

/** What holds, and until when. */
function sentence(membership: Membership): string {
  const { suspended, state, status, renewsAt, endsAt, lasting } = membership;
  if (suspended) return "The vendor suspended your membership: nothing can be pulled. Ask them.";
  if (state === "none") return "Nothing was bought so far.";
  if (state === "past_due") return pastDue(endsAt);
  if (state === "lapsed") return lapsed(membership);
  if (endsAt)
    return `${status === "disconnected" ? REASONS.disconnected : "It is canceled."} It ends on ${dateOnly(endsAt)}.`;
  if (lasting) return "It does not end.";
  return renewsAt ? `It renews on ${dateOnly(renewsAt)}.` : "It is active.";
}

function pastDue(endsAt: Date | null): string {
  const until = endsAt ? ` You can pull until ${dateOnly(endsAt)}.` : "";
  return `The last payment did not go through.${until} Set a working card under “Manage membership”.`;
}

const REASONS: Record<string, string> = {
  refunded: "It was refunded.",
  disputed: "Its payment is disputed at the bank.",
  unpaid: "Its payment did not go through.",
  paused: "It is paused.",
  past_due: "Its payment did not go through in time.",
  disconnected: "The vendor’s Stripe account is no longer connected.",
};

function lapsed({ status, endsAt }: Membership): string {
  const why = REASONS[status ?? ""];
  if (why) return why;
  return endsAt ? `It ended on ${dateOnly(endsAt)}.` : "It has ended.";
}
