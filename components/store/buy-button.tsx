"use client";

import Link from "next/link";
import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";

export interface ShownOffer {
  priceId: string;
  name: string;
  unitAmount: number | null;
  currency: string;
  interval: string | null;
  intervalCount: number;
  gives: { id: string; name: string; description: string }[];
  refusal: string | null;
  has: boolean;
}

export interface Buying {
  /** Where to sign in first; null for who has. */
  signIn: string | null;
  /** The same for every click on this page. */
  attempt: string;
  onBuy: (input: { priceId: string; attempt: string }) => Promise<ActionResult<{ url: string }>>;
}

/** Leads to Stripe's payment page; to sign in first, where nobody is signed in. */
export function BuyButton({ offer, buying }: { offer: ShownOffer; buying: Buying }) {
  const { run, pending } = useAction(buying.onBuy);
  const [leaving, setLeaving] = useState(false);
  const label = `Buy ${offer.name}`;
  if (buying.signIn) {
    return (
      <Link
        href={buying.signIn}
        aria-label={`Sign in to buy ${offer.name}`}
        className={buttonClass({ variant: "primary" })}
      >
        Sign in to buy
      </Link>
    );
  }
  const go = async () => {
    const answer = await run({ priceId: offer.priceId, attempt: buying.attempt });
    if (!answer) return;
    setLeaving(true);
    window.location.assign(answer.data.url);
  };
  return (
    <GatedAction decision={offer.refusal ? { allowed: false, reason: offer.refusal } : { allowed: true }}>
      <Button variant="primary" pending={pending || leaving} aria-label={label} onClick={go}>
        Buy
      </Button>
    </GatedAction>
  );
}
