"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";

interface Props {
  name: string;
  onRename: (input: { name: string }) => Promise<ActionResult<null>>;
}

/** The button that gives a passkey another name. */
export function RenamePasskey({ name, onRename }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onRename, ["name"]);
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await run({ name: String(new FormData(event.currentTarget).get("name")) })) setOpen(false);
  };
  return (
    <>
      <Button size="sm" aria-label={`Rename ${name}`} onClick={() => change(true)}>
        Rename
      </Button>
      <Dialog open={open} onOpenChange={change} title={`Rename ${name}`}>
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Name" error={fields.name}>
            <Input name="name" defaultValue={name} autoComplete="off" maxLength={60} />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Rename
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
