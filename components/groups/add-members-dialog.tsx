"use client";

import { UserPlus } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  decision: CapabilityDecision;
  group: { name: string; products: { name: string }[] };
  /** Answers with the addresses of nobody who is a member here. */
  onAdd: (emails: string[]) => Promise<ActionResult<{ unknown: string[] }>>;
}

const SHOWN = ["emails"];

/** The button that puts members into a group by their addresses, and its dialog. */
export function AddMembersDialog({ decision, group, onAdd }: Props) {
  const [open, setOpen] = useState(false);
  const [unknown, setUnknown] = useState<string[]>([]);
  const { run, pending, fields, reset } = useAction(onAdd, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("emails") ?? "");
    const added = await run(text.split(/[\s,;]+/).filter(Boolean));
    if (!added) return;
    setUnknown(added.data.unknown);
    if (added.data.unknown.length === 0) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    setUnknown([]);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" onClick={() => change(true)}>
          <UserPlus className="size-4" aria-hidden="true" /> Add members
        </Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={change} title={`Add members to ${group.name}`} description={giving(group)}>
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Addresses" hint="Of members, one a line or with commas; 1000 at most." error={fields.emails}>
            <Textarea name="emails" rows={5} autoComplete="off" />
          </Field>
          {unknown.length > 0 ? (
            <div role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
              <p>Nobody here has these addresses; the others were added:</p>
              <ul className="mt-1 max-h-40 overflow-y-auto">
                {unknown.map((email) => (
                  <li key={email}>{email}</li>
                ))}
              </ul>
            </div>
          ) : null}
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Add
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

function giving({ products }: Props["group"]): string {
  if (products.length === 0) return "It gives no product yet; they get whatever it gives later.";
  return `They may pull ${products.map(({ name }) => name).join(", ")} from the next request on.`;
}
