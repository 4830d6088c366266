"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  /** What the button says, here and in the dialog. */
  verb: string;
  title: string;
  consequence: string;
  /** What is asked for, and who reads it. */
  field: { label: string; hint: string; name: "reason" | "version" | "confirm" };
  decision: CapabilityDecision;
  onConfirm: (typed: string) => Promise<ActionResult<null>>;
  onDone?: () => void;
}

/** A button that takes something away, after a dialog that names what and asks for a word: the reason, or the name. */
export function ReasonDialog({ verb, title, consequence, field, decision, onConfirm, onDone }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onConfirm, [field.name]);
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!(await run(String(new FormData(event.currentTarget).get(field.name))))) return;
    change(false);
    onDone?.();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => change(true)}>{verb}</Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={change} title={title} description={consequence}>
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label={field.label} hint={field.hint} error={fields[field.name]}>
            <Input name={field.name} autoComplete="off" maxLength={500} />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="danger" pending={pending}>
              {verb}
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
