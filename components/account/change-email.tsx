"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import { CurrentPassword, typedPassword } from "./current-password.tsx";

interface Props {
  hasPassword: boolean;
  onAsk: (input: { email: string; currentPassword?: string }) => Promise<ActionResult<null>>;
}

/** The button that asks for another address, which a letter there has to confirm. */
export function ChangeEmail({ hasPassword, onAsk }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onAsk, ["email", "currentPassword"]);
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (await run({ email: String(new FormData(form).get("email")), ...typedPassword(form) })) setOpen(false);
  };
  return (
    <>
      <Button onClick={() => change(true)}>Change address</Button>
      <Dialog
        open={open}
        onOpenChange={change}
        title="Change the email address"
        description="A letter goes to the new address, and a notice to the old one. Nothing changes until its link was followed."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="New email address" error={fields.email}>
            <Input name="email" type="email" autoComplete="email" />
          </Field>
          <CurrentPassword asked={hasPassword} error={fields.currentPassword} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Send the letter
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
