"use client";

import { startRegistration } from "@simplewebauthn/browser";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import { CurrentPassword, typedPassword } from "./current-password.tsx";

type Question = Parameters<typeof startRegistration>[0]["optionsJSON"];
type Made = Awaited<ReturnType<typeof startRegistration>>;

export interface AddPasskeyProps {
  hasPassword: boolean;
  onStart: (input: { currentPassword?: string }) => Promise<ActionResult<Question>>;
  onAdd: (input: { name: string; response: Made }) => Promise<ActionResult<null>>;
}

/** The button that has the browser make a passkey, and keeps it under a name. */
export function AddPasskey({ hasPassword, onStart, onAdd }: AddPasskeyProps) {
  const [open, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const start = useAction(onStart, ["currentPassword"]);
  const add = useAction(onAdd, ["name"]);
  const change = (next: boolean) => {
    setOpen(next);
    setRefusal(null);
    start.reset();
    add.reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = String(new FormData(form).get("name")).trim() || "Passkey";
    setRefusal(null);
    const question = await start.run(typedPassword(form));
    if (!question) return;
    const response = await startRegistration({ optionsJSON: question.data }).catch((error: Error) => error.name);
    if (typeof response === "string") return setRefusal(wordsOf(response));
    if (await add.run({ name, response })) setOpen(false);
  };
  return (
    <>
      <Button onClick={() => change(true)}>
        <Plus className="size-4" aria-hidden="true" /> Add a passkey
      </Button>
      <Dialog
        open={open}
        onOpenChange={change}
        title="Add a passkey"
        description="Your browser asks for a fingerprint, a face, a PIN or a security key. It signs you in without the password."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          {refusal ? (
            <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-ink text-sm">
              {refusal}
            </p>
          ) : null}
          <Field label="Name" hint="Where it is kept: “laptop”, “security key”." error={add.fields.name}>
            <Input name="name" autoComplete="off" maxLength={60} />
          </Field>
          <CurrentPassword asked={hasPassword} error={start.fields.currentPassword} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={start.pending || add.pending}>
              Add the passkey
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

function wordsOf(error: string): string {
  if (error === "InvalidStateError") return "This device has a passkey for the account already.";
  return "The browser made no passkey: it was cancelled, took too long, or can't make one.";
}
