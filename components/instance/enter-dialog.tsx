"use client";

import { LifeBuoy } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Select, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { duration } from "#lib/format.ts";

interface Props {
  tenant: { name: string };
  /** As what one looks. */
  role: string;
  /** For how long one may. */
  minutes: readonly number[];
  decision: CapabilityDecision;
  onEnter: (input: { reason: string; minutes: number }) => Promise<ActionResult<null>>;
}

const SHOWN = ["reason", "minutes"];

/** The button that begins a support view, and the dialog that asks why and for how long. */
export function EnterDialog({ tenant, role, minutes, decision, onEnter }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onEnter, SHOWN);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    await run({ reason: String(form.get("reason")), minutes: Number(form.get("minutes")) });
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };

  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" onClick={() => change(true)}>
          <LifeBuoy className="size-4" aria-hidden="true" /> Enter for support
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={`Enter ${tenant.name} for support?`}
        description={`You see what a ${role} role sees and change nothing. The team of ${tenant.name} reads in its audit log that you were there, and why.`}
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Reason" hint="10 to 500 characters, for the owners to read." error={fields.reason}>
            <Textarea name="reason" rows={3} maxLength={500} />
          </Field>
          <Field label="For" error={fields.minutes}>
            <Select name="minutes" defaultValue={minutes[0]}>
              {minutes.map((count) => (
                <option key={count} value={count}>
                  {duration(count * 60_000)}
                </option>
              ))}
            </Select>
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Enter
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
