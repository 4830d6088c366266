"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

export interface RevokeDialogProps {
  decision: CapabilityDecision;
  /** `of` is the product, `how` completes "the grant …". */
  grant: { id: string; of: string; how: string };
  consequence: { text: string; loses: boolean };
  onRevoke: (input: { entitlementId: string; reason: string }) => Promise<ActionResult<null>>;
}

const SHOWN = ["reason"];

/** The button that ends a grant, and the dialog that says what that means. */
export function RevokeDialog({ decision, grant, consequence, onRevoke }: RevokeDialogProps) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields } = useAction(onRevoke, SHOWN);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason") ?? "");
    if (await run({ entitlementId: grant.id, reason })) setOpen(false);
  };

  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" aria-label={`Revoke ${grant.of} (${grant.how})`} onClick={() => setOpen(true)}>
          Revoke
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        kind="question"
        title={`Revoke ${grant.of}?`}
        description={`Ends the grant ${grant.how}. ${consequence.text}`}
      >
        <form onSubmit={submit} className="grid gap-4">
          <Field label="Reason" hint="Optional; kept in the ledger and the audit log." error={fields.reason}>
            <Input name="reason" autoComplete="off" />
          </Field>
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button type="submit" variant={consequence.loses ? "danger" : "primary"} pending={pending}>
              Revoke
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
