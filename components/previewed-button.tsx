"use client";

import { type ReactNode, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props<Found> {
  /** What the button says, here and in the dialog. */
  verb: string;
  /** The same for those who can't see which row it is in. */
  label?: string;
  title: string;
  consequence: string;
  decision: CapabilityDecision;
  small?: boolean;
  variant?: "primary" | "secondary";
  onPreview: () => Promise<ActionResult<Found>>;
  onConfirm: (found: Found) => Promise<ActionResult<unknown>>;
  /** What was found out; null while it is looked for. */
  view: (found: Found | null) => ReactNode;
  /** Whether doing it takes something from somebody. */
  takes: (found: Found | null) => boolean;
}

/** A button whose dialog first finds out what changes, and then does that. */
export function PreviewedButton<Found>({ verb, decision, onPreview, onConfirm, ...props }: Props<Found>) {
  const [open, setOpen] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const preview = useAction(onPreview);
  const { run, pending } = useAction(onConfirm);
  const look = async () => {
    setFound(null);
    setOpen(true);
    const answer = await preview.run();
    if (answer) setFound(answer.data);
    else setOpen(false);
  };
  const confirm = async () => {
    if (found && (await run(found))) setOpen(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button size={props.small ? "sm" : "md"} variant={props.variant} aria-label={props.label} onClick={look}>
          {verb}
        </Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={setOpen} kind="question" title={props.title} description={props.consequence}>
        <div className="grid gap-4" aria-live="polite">
          {props.view(found)}
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button variant={props.takes(found) ? "danger" : "primary"} pending={pending || !found} onClick={confirm}>
              {verb}
            </Button>
          </DialogFooter>
        </div>
      </Dialog>
    </>
  );
}

/** What a button of some kind of preview is given by its page. */
export type PreviewedProps<Found> = Omit<Props<Found>, "view" | "takes">;
