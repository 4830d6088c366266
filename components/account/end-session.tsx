"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";

interface Props {
  button: { text: string; label?: string };
  title: string;
  consequence: string;
  onEnd: () => Promise<ActionResult<null>>;
}

/** The button that signs browsers out, and the dialog that says which. */
export function EndSession({ button, title, consequence, onEnd }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending } = useAction(onEnd);
  const end = async () => {
    if (await run()) setOpen(false);
  };
  return (
    <>
      <Button size={button.label ? "sm" : "md"} aria-label={button.label} onClick={() => setOpen(true)}>
        {button.text}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} kind="question" title={title} description={consequence}>
        <DialogFooter onCancel={() => setOpen(false)}>
          <Button variant="danger" pending={pending} onClick={end}>
            Sign out
          </Button>
        </DialogFooter>
      </Dialog>
    </>
  );
}
