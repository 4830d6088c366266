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
  set: boolean;
  onSet: (input: { passphrase: string; current?: string }) => Promise<ActionResult<null>>;
}

/** Sets the passphrase that opens backups. */
export function PassphraseDialog({ decision, set, onSet }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onSet, ["passphrase", "current"]);
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const current = String(form.get("current") ?? "");
    const passphrase = String(form.get("passphrase") ?? "");
    if (await run(current ? { passphrase, current } : { passphrase })) setOpen(false);
  };
  const verb = set ? "Change the passphrase" : "Set a passphrase";
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => change(true)}>{verb}</Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={verb}
        description="It alone opens backups. It is not kept here: whoever forgets it has lost them."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          {set ? (
            <Field
              label="Current passphrase"
              hint="Empty makes a new key: backups made so far keep the passphrase that they have."
              error={fields.current}
            >
              <Input name="current" type="password" autoComplete="off" />
            </Field>
          ) : null}
          <Field
            label="New passphrase"
            hint="Twelve characters or more; four words are good."
            error={fields.passphrase}
          >
            <Input name="passphrase" type="password" autoComplete="new-password" />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              {verb}
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
