"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  fingerprint: string;
  consequence: string;
  decision: CapabilityDecision;
  onConverge: (input: { fingerprint: string }) => Promise<ActionResult<null>>;
}

/** Makes the ledger what Stripe says, for exactly the differences that the page shows. */
export function ConvergeButton({ fingerprint, consequence, decision, onConverge }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending } = useAction(onConverge);
  const confirm = async () => {
    await run({ fingerprint });
    setOpen(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" onClick={() => setOpen(true)}>
          Converge
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        kind="question"
        title="Make the ledger what Stripe says?"
        description={consequence}
      >
        <DialogFooter onCancel={() => setOpen(false)}>
          <Button variant="primary" pending={pending} onClick={confirm}>
            Converge
          </Button>
        </DialogFooter>
      </Dialog>
    </>
  );
}
