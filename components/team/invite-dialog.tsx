"use client";

import { Mail } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import { type CapabilityDecision, ROLES, type Role } from "#lib/access/index.ts";
import { RoleChoice, type RoleOption } from "./role-choice.tsx";

interface Props {
  decision: CapabilityDecision;
  roles: RoleOption[];
  onInvite: (input: { email: string; role: Role }) => Promise<ActionResult<null>>;
}

const SHOWN = ["email", "role"];

/** The button that invites somebody to the team, and its dialog. */
export function InviteDialog({ decision, roles, onInvite }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onInvite, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (await run({ email: String(form.get("email")), role: form.get("role") as Role })) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" onClick={() => change(true)}>
          <Mail className="size-4" aria-hidden="true" /> Invite
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title="Invite to the team"
        description="They get a letter with a link that works for seven days."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Email address" error={fields.email}>
            <Input name="email" type="email" autoComplete="off" />
          </Field>
          <RoleChoice options={roles} chosen={ROLES.at(-1) as Role} error={fields.role} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Send the invitation
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
