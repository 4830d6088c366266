"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import { CurrentPassword, typedPassword } from "./current-password.tsx";

interface Props {
  /** What the button says, and for whom it can't be seen beside what. */
  button: { text: string; label?: string };
  title: string;
  /** The consequence, in a sentence. */
  consequence: ReactNode;
  /** What the dialog's own button says. */
  confirm: string;
  danger?: boolean;
  hasPassword: boolean;
  onConfirm: (input: { currentPassword?: string }) => Promise<ActionResult<null>>;
  /** What follows once it is done. */
  onDone?: () => void;
}

/** A button whose dialog names the consequence and asks for the password, where the account has one. */
export function ConfirmWithPassword({
  button,
  title,
  consequence,
  confirm,
  danger,
  hasPassword,
  onConfirm,
  onDone,
}: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onConfirm, ["currentPassword"]);
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!(await run(typedPassword(event.currentTarget)))) return;
    setOpen(false);
    onDone?.();
  };
  return (
    <>
      <Button size="sm" aria-label={button.label} onClick={() => change(true)}>
        {button.text}
      </Button>
      <Dialog
        open={open}
        onOpenChange={change}
        kind={hasPassword ? "form" : "question"}
        title={title}
        description={consequence}
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <CurrentPassword asked={hasPassword} error={fields.currentPassword} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant={danger ? "danger" : "primary"} pending={pending}>
              {confirm}
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
