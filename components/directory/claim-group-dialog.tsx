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
  decision: CapabilityDecision;
  onSave: (input: { name: string; value: string }) => Promise<ActionResult<null>>;
}

const SHOWN = ["name", "value"];

/** The button that makes a group of those whose claim has a value, and its dialog. */
export function ClaimGroupDialog({ decision, onSave }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onSave, SHOWN);
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (await run({ name: String(form.get("name") ?? ""), value: String(form.get("value") ?? "") })) change(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => change(true)}>Add a group</Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title="Add a group that follows the claim"
        description="Members whose claim has the value are in it from their next sign-in on, and leave it with the first one that lacks it."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Name" error={fields.name}>
            <Input name="name" autoComplete="off" />
          </Field>
          <Field label="Value" hint="As the provider sends it, capitals included." error={fields.value}>
            <Input name="value" autoComplete="off" />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Add a group
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
