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
  /** What the button says, and the dialog's title. */
  verb: string;
  description: string;
  field: { name: "key" | "webhookSecret"; label: string; placeholder: string };
  decision: CapabilityDecision;
  onSet: (value: string) => Promise<ActionResult<null>>;
}

/** A button that puts another secret in the place of one that is stored. */
export function SecretDialog({ verb, description, field, decision, onSet }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onSet, [field.name]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const value = String(new FormData(event.currentTarget).get(field.name));
    if (await run(value)) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => change(true)}>{verb}</Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={change} title={verb} description={description}>
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label={field.label} error={fields[field.name]}>
            <Input
              name={field.name}
              type="password"
              autoComplete="off"
              spellCheck={false}
              placeholder={field.placeholder}
            />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Check and save
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
