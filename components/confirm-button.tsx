"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  /** What the button says, here and in the dialog. */
  verb: string;
  /** The same for those who can't see which row it is in. */
  label?: string;
  title: string;
  consequence: string;
  decision: CapabilityDecision;
  small?: boolean;
  onConfirm: () => Promise<ActionResult<null>>;
}

/** A button that takes something away, after a dialog that names what. */
export function ConfirmButton({ verb, label, title, consequence, decision, small = false, onConfirm }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending } = useAction(onConfirm);
  const confirm = async () => {
    if (await run()) setOpen(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button size={small ? "sm" : "md"} aria-label={label} onClick={() => setOpen(true)}>
          {verb}
        </Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={setOpen} kind="question" title={title} description={consequence}>
        <DialogFooter onCancel={() => setOpen(false)}>
          <Button variant="danger" pending={pending} onClick={confirm}>
            {verb}
          </Button>
        </DialogFooter>
      </Dialog>
    </>
  );
}
