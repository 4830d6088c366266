"use client";

import { useRouter } from "next/navigation";
import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  number: number;
  /** Whether its policy has no other version. */
  only: boolean;
  decision: CapabilityDecision;
  onDiscard: () => Promise<ActionResult<{ next: string }>>;
}

/** The button that throws a draft away, and leads to what is left. */
export function DiscardDraft({ number, only, decision, onDiscard }: Props) {
  const router = useRouter();
  const discard = async (): Promise<ActionResult<null>> => {
    const result = await onDiscard();
    if (!result.ok) return result;
    router.push(result.data.next);
    return { ...result, data: null };
  };
  return (
    <ConfirmButton
      verb="Discard"
      title={`Discard version ${number}?`}
      consequence={only ? "The policy has no other version: it goes, too." : "What is in force stays as it is."}
      decision={decision}
      onConfirm={discard}
    />
  );
}
