"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { type EffectShown, EffectView } from "./effect-view.tsx";

interface Props {
  verb: string;
  title: string;
  consequence: string;
  decision: CapabilityDecision;
  variant?: "primary" | "secondary";
  onPreview: () => Promise<ActionResult<EffectShown>>;
  onConfirm: (fingerprint: string) => Promise<ActionResult<null>>;
}

/** A button whose dialog first finds out what changes, and then does that and nothing else. */
export function EnforceButton({ verb, title, consequence, decision, variant, onPreview, onConfirm }: Props) {
  const [open, setOpen] = useState(false);
  const [effect, setEffect] = useState<EffectShown | null>(null);
  const preview = useAction(onPreview);
  const { run, pending } = useAction(onConfirm);
  const look = async () => {
    setEffect(null);
    setOpen(true);
    const found = await preview.run();
    if (found) setEffect(found.data);
    else setOpen(false);
  };
  const confirm = async () => {
    if (effect && (await run(effect.fingerprint))) setOpen(false);
  };
  const takes = effect?.sections.some(({ tone }) => tone === "takes") ?? false;
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant={variant} onClick={look}>
          {verb}
        </Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={setOpen} kind="question" title={title} description={consequence}>
        <div className="grid gap-4" aria-live="polite">
          <EffectView effect={effect} />
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button variant={takes ? "danger" : "primary"} pending={pending || !effect} onClick={confirm}>
              {verb}
            </Button>
          </DialogFooter>
        </div>
      </Dialog>
    </>
  );
}
