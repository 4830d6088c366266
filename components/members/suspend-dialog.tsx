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
  email: string;
  suspended: boolean;
  /** What the other state means for them, in full sentences. */
  consequence: string;
  onChange: (input: { reason: string }) => Promise<ActionResult<null>>;
}

/** The button that suspends a member or ends that, and the dialog that says what it means and asks why. */
export function SuspendDialog({ decision, email, suspended, consequence, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onChange, ["reason"]);
  const verb = suspended ? "End the suspension" : "Suspend";

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason") ?? "");
    if (await run({ reason })) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };

  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => change(true)}>{verb}</Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        kind="question"
        title={suspended ? `End the suspension of ${email}?` : `Suspend ${email}?`}
        description={consequence}
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field
            label="Reason"
            hint={suspended ? "Optional; kept in the audit log." : "Kept in the audit log; the member is not shown it."}
            error={fields.reason}
          >
            <Input name="reason" autoComplete="off" />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant={suspended ? "primary" : "danger"} pending={pending}>
              {verb}
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
