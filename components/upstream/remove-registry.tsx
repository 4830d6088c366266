"use client";

import { useRouter } from "next/navigation";
import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { plural } from "#lib/format.ts";
import { partsWords } from "./words.ts";

interface Props {
  registry: { name: string; repositories: number; notWhole: number };
  /** The registries' page, where it leads afterwards. */
  base: string;
  decision: CapabilityDecision;
  onRemove: () => Promise<ActionResult<null>>;
}

/** The button that removes a registry, after a dialog that says what ends with it. */
export function RemoveRegistry({ registry: { name, repositories, notWhole }, base, decision, onRemove }: Props) {
  const router = useRouter();
  const remove = async () => {
    const result = await onRemove();
    if (result.ok) router.push(base);
    return result;
  };
  const ends = `${plural(repositories, "repository is", "repositories are")} disconnected: nothing more is fetched for pulls and no import is made. What is kept stays. ${partsWords(notWhole)}`;
  return (
    <ConfirmButton
      verb="Remove"
      title={`Remove ${name}?`}
      consequence={repositories > 0 ? ends : "Nothing is connected to it. Its credentials are forgotten."}
      decision={decision}
      onConfirm={remove}
    />
  );
}
