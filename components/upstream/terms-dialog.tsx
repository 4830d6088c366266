"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { TERMS, TermsFields, type TermsShown, termsIn } from "./terms-fields.tsx";

interface Props {
  decision: CapabilityDecision;
  terms: TermsShown;
  onSave: (input: TermsShown) => Promise<ActionResult<null>>;
}

/** The button that changes what is taken over, and its dialog. */
export function TermsDialog({ decision, terms, onSave }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onSave, TERMS);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await run(termsIn(new FormData(event.currentTarget)))) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => change(true)}>Change</Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={change} title="What is taken over">
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <TermsFields terms={terms} fields={fields} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Save
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
