"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Spinner } from "#components/ui/button.tsx";

const EVERY_MS = 1500;
const LONG_AFTER = 20;

interface Props {
  state: string;
  onAsk: () => Promise<ActionResult<{ state: string }>>;
}

/** Asks how far a purchase is until that changes, then has the page read again. */
export function PurchaseWatcher({ state, onAsk }: Props) {
  const router = useRouter();
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const timer = setTimeout(async () => {
      const answer = await onAsk().catch(() => null);
      if (answer?.ok && answer.data.state !== state) router.refresh();
      setAsked(asked + 1);
    }, EVERY_MS);
    return () => clearTimeout(timer);
  }, [asked, state, onAsk, router]);
  return (
    <p role="status" className="flex items-center gap-2.5 text-soft text-sm">
      <Spinner />
      {asked < LONG_AFTER
        ? "This page goes on by itself."
        : "This takes longer than usual. You can close the page: what you paid for opens as soon as Stripe’s message is here."}
    </p>
  );
}
