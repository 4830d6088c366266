"use client";

import { Undo2 } from "lucide-react";
import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { shortDigest } from "./digest.tsx";

interface Props {
  move: { id: string; tag: string; from: string | null; to: string | null };
  decision: CapabilityDecision;
  onUndo: (moveId: string) => Promise<ActionResult<null>>;
}

/** Moves a tag back to where it was, after a word about who gets what from then on. */
export function UndoButton({ move, decision, onUndo }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending } = useAction(onUndo);
  const undo = async () => {
    if (await run(move.id)) setOpen(false);
  };
  const from = shortDigest(move.from ?? "");
  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" aria-label={`Undo the move of ${move.tag}`} onClick={() => setOpen(true)}>
          <Undo2 className="size-3.5" aria-hidden="true" /> Undo
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        kind="question"
        title={move.to ? `Move ${move.tag} back?` : `Bring ${move.tag} back?`}
        description={
          move.to
            ? `Whoever pulls ${move.tag} gets ${from} again, instead of ${shortDigest(move.to)}. Nothing is deleted.`
            : `Whoever pulls ${move.tag} gets ${from} again.`
        }
      >
        <DialogFooter onCancel={() => setOpen(false)}>
          <Button variant="primary" pending={pending} onClick={undo}>
            {move.to ? "Move back" : "Bring back"}
          </Button>
        </DialogFooter>
      </Dialog>
    </>
  );
}
