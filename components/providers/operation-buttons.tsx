"use client";

import { useRouter } from "next/navigation";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Operation {
  label: string;
  decision: CapabilityDecision;
  /** @returns the run's id */
  onStart: () => Promise<ActionResult<{ id: string }>>;
}

/** What can be done with a provider: each leads to its run. `runs` is where those lie. */
export function OperationButtons({ operations, runs }: { operations: Operation[]; runs: string }) {
  return (
    <div className="flex flex-wrap gap-2">
      {operations.map((operation) => (
        <OperationButton key={operation.label} operation={operation} runs={runs} />
      ))}
    </div>
  );
}

function OperationButton({ operation: { label, decision, onStart }, runs }: { operation: Operation; runs: string }) {
  const router = useRouter();
  const { run, pending } = useAction(onStart);
  const start = async () => {
    const done = await run();
    if (done) router.push(`${runs}/${done.data.id}`);
  };
  return (
    <GatedAction decision={decision}>
      <Button pending={pending} onClick={start}>
        {label}
      </Button>
    </GatedAction>
  );
}
