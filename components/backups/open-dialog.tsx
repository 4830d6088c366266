"use client";

import { useRouter } from "next/navigation";
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
  backupId: string;
  runs: string;
  onOpen: (input: { id: string; passphrase: string }) => Promise<ActionResult<{ id: string }>>;
}

/** Opens a backup that was uploaded, and leads to the run that reads it. */
export function OpenDialog({ decision, backupId, runs, onOpen }: Props) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const { run, pending, fields } = useAction(onOpen, ["passphrase"]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const passphrase = String(new FormData(event.currentTarget).get("passphrase") ?? "");
    const done = await run({ id: backupId, passphrase });
    if (done) router.push(`${runs}/${done.data.id}`);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" onClick={() => setOpen(true)}>
          Open…
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Open the backup"
        description="All of it is read. What turns out to be no backup is deleted."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Passphrase" hint="The one that held when it was made." error={fields.passphrase}>
            <Input name="passphrase" type="password" autoComplete="off" />
          </Field>
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Open
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
