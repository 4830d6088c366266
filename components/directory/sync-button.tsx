"use client";

import { useRouter } from "next/navigation";
import type { ActionResult } from "#components/action-result.ts";
import type { MovesShown } from "#components/groups/moves.tsx";
import { MovingButton } from "#components/groups/moving-button.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  decision: CapabilityDecision;
  /** Where runs lie. */
  runs: string;
  onPreview: () => Promise<ActionResult<MovesShown>>;
  /** @returns the run's id */
  onStart: () => Promise<ActionResult<{ id: string }>>;
}

/** The button that syncs, after a look at what that would change; it leads to the run. */
export function SyncButton({ decision, runs, onPreview, onStart }: Props) {
  const router = useRouter();
  const start = async () => {
    const result = await onStart();
    if (result.ok) router.push(`${runs}/${result.data.id}`);
    return result;
  };
  return (
    <MovingButton
      gentle
      verb="Sync"
      title="Sync now?"
      consequence="Members, groups, grants and roles follow what the directory last said of everybody."
      decision={decision}
      onPreview={onPreview}
      onConfirm={start}
    />
  );
}
