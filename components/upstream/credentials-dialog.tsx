"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { CredentialFields } from "./registry-dialog.tsx";

interface Props {
  decision: CapabilityDecision;
  name: string;
  onSave: (input: { username: string; password: string }) => Promise<ActionResult<null>>;
}

/** The button that puts other credentials in place of a registry's. */
export function CredentialsDialog({ decision, name, onSave }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onSave, ["username", "password"]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string) => String(form.get(field) ?? "");
    if (await run({ username: text("username"), password: text("password") })) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => change(true)}>Set credentials</Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={`Credentials for ${name}`}
        description="They are tried before they take the old ones' place. With both fields empty it is asked without any."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <CredentialFields fields={fields} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Set credentials
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
