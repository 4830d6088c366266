"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { Moves, type MovesShown } from "./moves.tsx";

interface Props {
  verb: string;
  /** The same for those who can't see which row it is in. */
  label?: string;
  title: string;
  consequence: string;
  decision: CapabilityDecision;
  small?: boolean;
  /** It takes nothing away by itself. */
  gentle?: boolean;
  onPreview: () => Promise<ActionResult<MovesShown>>;
  onConfirm: () => Promise<ActionResult<unknown>>;
}

/** A button whose dialog first finds out who gains and loses by it. */
export function PreviewedButton({
  verb,
  label,
  title,
  consequence,
  decision,
  small,
  gentle,
  onPreview,
  onConfirm,
}: Props) {
  const [open, setOpen] = useState(false);
  const [moves, setMoves] = useState<MovesShown | null>(null);
  const preview = useAction(onPreview);
  const { run, pending } = useAction(onConfirm);
  const show = async () => {
    setMoves(null);
    setOpen(true);
    const found = await preview.run();
    if (found) setMoves(found.data);
    else setOpen(false);
  };
  const confirm = async () => {
    if (await run()) setOpen(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button size={small ? "sm" : "md"} aria-label={label} onClick={show}>
          {verb}
        </Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={setOpen} kind="question" title={title} description={consequence}>
        <div className="grid gap-4" aria-live="polite">
          <Moves moves={moves} />
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button variant={gentle ? "primary" : "danger"} pending={pending || !moves} onClick={confirm}>
              {verb}
            </Button>
          </DialogFooter>
        </div>
      </Dialog>
    </>
  );
}
