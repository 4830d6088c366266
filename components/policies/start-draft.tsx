"use client";

import { useRouter } from "next/navigation";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  decision: CapabilityDecision;
  onStart: () => Promise<ActionResult<{ next: string }>>;
}

/** The button that begins a draft from a version, and leads to it. */
export function StartDraft({ decision, onStart }: Props) {
  const router = useRouter();
  const { run, pending } = useAction(onStart);
  const start = async () => {
    const begun = await run();
    if (begun) router.push(begun.data.next);
  };
  return (
    <GatedAction decision={decision}>
      <Button pending={pending} onClick={start}>
        New draft from it
      </Button>
    </GatedAction>
  );
}
