"use client";

import { Plus } from "lucide-react";
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
  /** The one whose words are to change; a new one where there is none. */
  group?: { name: string; description: string };
  onSave: (input: { name: string; description: string }) => Promise<ActionResult<null>>;
}

const SHOWN = ["name", "description"];

/** The button that makes a group, or changes its words, and its dialog. */
export function GroupDialog({ decision, group, onSave }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onSave, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    if (await run({ name: text("name"), description: text("description") })) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant={group ? "secondary" : "primary"} onClick={() => change(true)}>
          {group ? null : <Plus className="size-4" aria-hidden="true" />}
          {group ? "Rename" : "Add group"}
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={group ? `Rename ${group.name}` : "Add group"}
        description={group ? undefined : "Members in it get the products that it gives, for as long as they are in it."}
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Name" error={fields.name}>
            <Input name="name" defaultValue={group?.name} autoComplete="off" />
          </Field>
          <Field label="Description" hint="Optional; for the team." error={fields.description}>
            <Input name="description" defaultValue={group?.description} autoComplete="off" />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              {group ? "Save" : "Add group"}
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
