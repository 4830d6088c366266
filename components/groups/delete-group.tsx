"use client";

import { useRouter } from "next/navigation";
import type { ActionResult } from "#components/action-result.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import type { MovesShown } from "./moves.tsx";
import { MovingButton } from "./moving-button.tsx";

interface Props {
  group: { name: string };
  /** The groups' page, where it leads afterwards. */
  base: string;
  decision: CapabilityDecision;
  onPreview: () => Promise<ActionResult<MovesShown>>;
  onDelete: () => Promise<ActionResult<null>>;
}

/** The button that deletes a group, after a dialog that names who loses what. */
export function DeleteGroup({ group, base, decision, onPreview, onDelete }: Props) {
  const router = useRouter();
  const remove = async () => {
    const result = await onDelete();
    if (result.ok) router.push(base);
    return result;
  };
  return (
    <MovingButton
      verb="Delete"
      title={`Delete ${group.name}?`}
      consequence="What the group gave ends. Grants of other sources stay, and roles that were given by hand."
      decision={decision}
      onPreview={onPreview}
      onConfirm={remove}
    />
  );
}
