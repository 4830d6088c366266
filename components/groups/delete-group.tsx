"use client";

import { useRouter } from "next/navigation";
import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { plural } from "#lib/format.ts";

interface Props {
  group: { name: string; members: number; products: { name: string }[] };
  /** The groups' page, where it leads afterwards. */
  base: string;
  decision: CapabilityDecision;
  onDelete: () => Promise<ActionResult<null>>;
}

/** The button that deletes a group, after a dialog that names who loses what. */
export function DeleteGroup({ group, base, decision, onDelete }: Props) {
  const router = useRouter();
  const remove = async () => {
    const result = await onDelete();
    if (result.ok) router.push(base);
    return result;
  };
  const gives = group.products.map(({ name }) => name).join(", ");
  return (
    <ConfirmButton
      verb="Delete"
      title={`Delete ${group.name}?`}
      consequence={
        gives && group.members > 0
          ? `${plural(group.members, "member loses", "members lose")} what the group gave: ${gives}. Grants of other sources stay.`
          : "Nobody loses access by it."
      }
      decision={decision}
      onConfirm={remove}
    />
  );
}
