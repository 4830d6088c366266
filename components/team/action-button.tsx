"use client";

import type { ReactNode } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  label: string;
  decision: CapabilityDecision;
  onRun: () => Promise<ActionResult<null>>;
  children: ReactNode;
}

/** A small button that does what it says at once. */
export function ActionButton({ label, decision, onRun, children }: Props) {
  const { run, pending } = useAction(onRun);
  return (
    <GatedAction decision={decision}>
      <Button size="sm" aria-label={label} pending={pending} onClick={() => run()}>
        {children}
      </Button>
    </GatedAction>
  );
}
