"use client";

import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  decision: CapabilityDecision;
  onCancel: () => Promise<ActionResult<null>>;
}

/** Ends a run that waits or is under way. */
export function CancelRun({ decision, onCancel }: Props) {
  return (
    <ConfirmButton
      verb="Stop"
      title="Stop this run?"
      consequence="What is not finished is left out or undone; its log says how far it came. It can be started again."
      decision={decision}
      onConfirm={onCancel}
    />
  );
}
