"use client";

import { useRouter } from "next/navigation";
import type { ActionResult } from "#components/action-result.ts";
import { ReasonDialog } from "#components/releases/reason-dialog.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  name: string;
  /** The policies' page, where it leads afterwards. */
  base: string;
  decision: CapabilityDecision;
  onDelete: (confirm: string) => Promise<ActionResult<null>>;
}

/** The button that deletes a policy with all its versions, for who types its name. */
export function DeletePolicy({ name, base, decision, onDelete }: Props) {
  const router = useRouter();
  return (
    <ReasonDialog
      verb="Delete for good"
      title={`Delete ${name} for good?`}
      consequence="Every version of it goes. The audit log keeps what they said."
      field={{ label: "Its name", hint: `Type ${name}.`, name: "confirm" }}
      decision={decision}
      onConfirm={onDelete}
      onDone={() => router.push(base)}
    />
  );
}
