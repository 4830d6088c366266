"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision, Role } from "#lib/access/index.ts";
import { RoleChoice, type RoleOption } from "./role-choice.tsx";

export interface RoleDialogProps {
  person: { id: string; email: string; role: Role; groupRole: Role | null; handRole: Role | null; you: boolean };
  decision: CapabilityDecision;
  roles: RoleOption[];
  onChange: (input: { membershipId: string; role: Role }) => Promise<ActionResult<null>>;
}

const SHOWN = ["role"];

/** The button that gives somebody another role, and its dialog. */
export function RoleDialog({ person, decision, roles, onChange }: RoleDialogProps) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onChange, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const role = new FormData(event.currentTarget).get("role") as Role;
    if (await run({ membershipId: person.id, role })) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" aria-label={`Change the role of ${person.email}`} onClick={() => change(true)}>
          Change role
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={person.you ? "Change your own role" : `Change the role of ${person.email}`}
        description={
          person.you
            ? "What you give up, only somebody else can give back to you."
            : "It holds from their next request on. They get a letter about it."
        }
      >
        <form onSubmit={submit} className="grid gap-4">
          {person.groupRole ? (
            <p className="text-sm">
              A group gives {person.groupRole}, which can't be changed here: the higher one of it and this one holds.
            </p>
          ) : null}
          <RoleChoice options={roles} chosen={person.handRole ?? person.role} error={fields.role} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Change role
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
