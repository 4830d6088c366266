"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface ArchiveProps {
  name: string;
  archived: boolean;
  decision: CapabilityDecision;
  onSet: (input: { archived: boolean }) => Promise<ActionResult<null>>;
}

/** Archives a workspace or opens it again, after a word about whom that moves. */
export function ArchiveWorkspace({ name, archived, decision, onSet }: ArchiveProps) {
  const [open, setOpen] = useState(false);
  const { run, pending } = useAction(onSet);
  const verb = archived ? "Unarchive" : "Archive";
  const set = async () => {
    if (await run({ archived: !archived })) setOpen(false);
  };
  return (
    <Step
      title={archived ? "Open it again" : "Archive"}
      action={
        <GatedAction decision={decision}>
          <Button onClick={() => setOpen(true)}>{verb}</Button>
        </GatedAction>
      }
    >
      {archived
        ? "Members, robots and the registry get the access back that they had."
        : "Closes it to members, robots and the registry, until an owner opens it again. Nothing is lost."}
      <Dialog
        open={open}
        onOpenChange={setOpen}
        kind="question"
        title={`${verb} ${name}?`}
        description={
          archived
            ? "Members, robots and the registry have access again from their next request on."
            : "All members, robots and tokens lose access with their next request. The team sees everything, and can change nothing but this."
        }
      >
        <DialogFooter onCancel={() => setOpen(false)}>
          <Button variant={archived ? "primary" : "danger"} pending={pending} onClick={set}>
            {verb}
          </Button>
        </DialogFooter>
      </Dialog>
    </Step>
  );
}

interface DeleteProps {
  name: string;
  /** Days until the data is erased. */
  days: number;
  decision: CapabilityDecision;
  onDelete: (input: { name: string }) => Promise<ActionResult<null>>;
}

const SHOWN = ["name"];

/** Deletes a workspace in some days, once its name was typed. */
export function DeleteWorkspace({ name, days, decision, onDelete }: DeleteProps) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onDelete, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await run({ name: String(new FormData(event.currentTarget).get("name")) })) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <Step
      title="Delete"
      action={
        <GatedAction decision={decision}>
          <Button variant="danger" onClick={() => change(true)}>
            Delete
          </Button>
        </GatedAction>
      }
    >
      Closes it at once and erases everything in it after {days} days. Until then an owner can undo it.
      <Dialog
        open={open}
        onOpenChange={change}
        title={`Delete ${name}?`}
        description={`All members, robots and tokens lose access at once. In ${days} days its products, images, members and tokens are erased for good. Only the audit log is kept, and the short name, which is never issued again.`}
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Name of the workspace" hint={`Type ${name} to go on.`} error={fields.name}>
            <Input name="name" autoComplete="off" />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="danger" pending={pending}>
              Delete
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </Step>
  );
}

function Step({ title, action, children }: { title: string; action: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 p-4">
      <div className="min-w-0 flex-1 basis-64">
        <h3 className="font-medium text-sm">{title}</h3>
        <div className="text-[13px] text-soft">{children}</div>
      </div>
      {action}
    </div>
  );
}
