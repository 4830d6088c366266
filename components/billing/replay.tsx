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
  onReplay: (input: { eventId: string }) => Promise<ActionResult<null>>;
}

/** Does again what follows from the event of this page. */
export function ReplayButton({ eventId, decision, onReplay }: Props & { eventId: string }) {
  const { run, pending } = useAction(onReplay);
  return (
    <GatedAction decision={decision}>
      <Button pending={pending} onClick={() => void run({ eventId })}>
        Replay
      </Button>
    </GatedAction>
  );
}

/** The same for an event that is named by its id; one that never came is fetched from Stripe. */
export function ReplayDialog({ decision, onReplay }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onReplay, ["eventId"]);
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await run({ eventId: String(new FormData(event.currentTarget).get("eventId")) })) change(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => change(true)}>Replay an event</Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title="Replay an event"
        description="Its customer is read anew from Stripe, and the ledger follows. Replaying what is done already changes nothing. An event that never came here is fetched from Stripe, which keeps them for 30 days."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Event" hint="As Stripe’s event log shows it: evt_…" error={fields.eventId}>
            <Input name="eventId" autoComplete="off" autoCapitalize="none" spellCheck={false} className="font-mono" />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Replay
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
