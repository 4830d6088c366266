"use client";

import { useRouter } from "next/navigation";
import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { GatedAction } from "#components/gated-action.tsx";
import { Polling } from "#components/polling.tsx";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import type { StateShown } from "./words.ts";

interface Props {
  state: StateShown;
  kind: "grant" | "revoke";
  /** What confirming means, in a sentence. */
  consequence: string;
  /** Where it leads when there is nothing left to look at. */
  base: string;
  decision: CapabilityDecision;
  onConfirm: () => Promise<ActionResult<null>>;
  onCancel: () => Promise<ActionResult<{ gone: boolean }>>;
}

/** The buttons of a bulk change: confirm or discard what is prepared, cancel what runs. Keeps the page up to date meanwhile. */
export function BulkButtons({ state, kind, consequence, base, decision, onConfirm, onCancel }: Props) {
  const router = useRouter();
  const discarding = useAction(onCancel);
  const busy = state === "waiting" || state === "running";
  const discard = async () => {
    if ((await discarding.run())?.data.gone) router.push(base);
  };
  const cancel = async () => {
    const result = await onCancel();
    return result.ok ? { ...result, data: null } : result;
  };
  return (
    <div className="flex flex-wrap gap-2">
      <Polling busy={busy} />
      {state === "prepared" ? (
        <>
          <GatedAction decision={decision}>
            <Button pending={discarding.pending} onClick={discard}>
              Discard
            </Button>
          </GatedAction>
          <ConfirmButton
            verb={kind === "grant" ? "Grant" : "Revoke"}
            title={kind === "grant" ? "Grant it to all of them?" : "Revoke it from all of them?"}
            consequence={consequence}
            decision={decision}
            onConfirm={onConfirm}
          />
        </>
      ) : null}
      {busy ? (
        <ConfirmButton
          verb="Stop"
          title="Stop it here?"
          consequence="The lines that are done stay done; the others are left as they are."
          decision={decision}
          onConfirm={cancel}
        />
      ) : null}
    </div>
  );
}
