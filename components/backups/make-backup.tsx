"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Checkbox } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  decision: CapabilityDecision;
  /** Whether a passphrase is set. */
  ready: boolean;
  /** Where runs lie. */
  runs: string;
  onMake: (input: { withBytes: boolean }) => Promise<ActionResult<{ id: string }>>;
}

const NOT_READY = { allowed: false, reason: "An owner sets a passphrase for backups first." } as const;

/** Has a backup made now, and leads to its run. */
export function MakeBackup({ decision, ready, runs, onMake }: Props) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const { run, pending } = useAction(onMake);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const done = await run({ withBytes: new FormData(event.currentTarget).has("withBytes") });
    if (done) router.push(`${runs}/${done.data.id}`);
  };
  return (
    <>
      <GatedAction decision={decision.allowed && !ready ? NOT_READY : decision}>
        <Button variant="primary" onClick={() => setOpen(true)}>
          Make a backup
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Make a backup"
        description="It goes on without this page, and is read back before it counts."
      >
        <form onSubmit={submit} className="grid gap-4">
          <Checkbox
            name="withBytes"
            label="With the bytes of layers and files"
            hint="As large as the workspace's storage. Without them, what is deleted and cleaned up can't be had back."
          />
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Make it
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
