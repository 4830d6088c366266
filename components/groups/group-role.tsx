"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision, Role } from "#lib/access/index.ts";
import { Moves, type MovesShown } from "./moves.tsx";

interface Props {
  group: { name: string; role: Role | null };
  /** Those that the person may give. */
  roles: readonly Role[];
  decision: CapabilityDecision;
  onPreview: (role: Role | null) => Promise<ActionResult<MovesShown>>;
  onSave: (role: Role | null) => Promise<ActionResult<unknown>>;
}

const SHOWN = ["role"];

/** The button that has a group give a role on the team, and its dialog, which shows beforehand whom that moves. */
export function GroupRole({ group, roles, decision, onPreview, onSave }: Props) {
  const [open, setOpen] = useState(false);
  const [role, setRole] = useState(group.role);
  const [moves, setMoves] = useState<MovesShown | null>(null);
  const preview = useAction(onPreview);
  const { run, pending, fields } = useAction(onSave, SHOWN);
  const choose = async (asked: Role | null) => {
    setRole(asked);
    setMoves(null);
    const found = await preview.run(asked);
    if (found) setMoves(found.data);
  };
  const show = () => {
    setRole(group.role);
    setMoves({ gains: NOBODY, loses: NOBODY, team: [] });
    setOpen(true);
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await run(role)) setOpen(false);
  };
  const offered = roles.map((one) => (
    <option key={one} value={one}>
      {one}
    </option>
  ));
  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" onClick={show}>
          {group.role ? "Change the role" : "Give a team role"}
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Team role of ${group.name}`}
        description="Whoever is in the group gets it beside what they were given by hand; the higher one holds. Who is not on the team yet is invited."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Role" error={fields.role}>
            <Select
              value={role ?? ""}
              onChange={({ target }) => choose(roles.find((one) => one === target.value) ?? null)}
            >
              <option value="">None</option>
              {offered}
            </Select>
          </Field>
          {role === group.role ? null : (
            <div aria-live="polite">
              <Moves moves={moves} />
            </div>
          )}
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button type="submit" variant="primary" pending={pending || preview.pending}>
              Save
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

const NOBODY = { count: 0, first: [] };
