"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import { CurrentPassword, typedPassword } from "./current-password.tsx";
import { NewPassword } from "./new-account-form.tsx";

interface Props {
  hasPassword: boolean;
  onChange: (input: { currentPassword?: string; newPassword: string }) => Promise<ActionResult<null>>;
  /** Has a letter sent to the account's own address that sets a password. */
  onLetter: () => Promise<ActionResult<null>>;
}

/** The button that sets a new password; an account without one gets a letter for it. */
export function ChangePassword({ hasPassword, onChange, onLetter }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onChange, ["currentPassword", "newPassword"]);
  const letter = useAction(onLetter);
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const newPassword = String(new FormData(form).get("newPassword"));
    if (await run({ ...typedPassword(form), newPassword })) setOpen(false);
  };
  if (!hasPassword) {
    return (
      <Button pending={letter.pending} onClick={() => letter.run()}>
        Send me a letter that sets one
      </Button>
    );
  }
  return (
    <>
      <Button onClick={() => change(true)}>Change password</Button>
      <Dialog
        open={open}
        onOpenChange={change}
        title="Change the password"
        description="Every other browser is signed out with it. Personal tokens stay as they are."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <CurrentPassword asked error={fields.currentPassword} />
          <NewPassword name="newPassword" label="New password" error={fields.newPassword} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Change password
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
