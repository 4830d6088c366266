"use client";

import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useId, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  decision: CapabilityDecision;
  /** What there is to choose from; another name makes another. */
  channels: string[];
  /** Where releases have their pages. */
  base: string;
  onAdd: (input: { version: string; channel: string; notes: string }) => Promise<ActionResult<{ id: string }>>;
}

const SHOWN = ["version", "channel", "notes"];

/** The button that begins a release, and its dialog; it goes on at the release's own page. */
export function AddRelease({ decision, channels, base, onAdd }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onAdd, SHOWN);
  const router = useRouter();
  const list = useId();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [version, channel, notes] = SHOWN.map((name) => String(form.get(name)));
    const added = await run({ version: version ?? "", channel: channel ?? "", notes: notes ?? "" });
    if (added) router.push(`${base}/${added.data.id}`);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" onClick={() => change(true)}>
          <Plus className="size-4" aria-hidden="true" /> New release
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title="Begin a release"
        description="It is a draft until you publish it: add files and images to it first."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Version" hint="As 1.4.0 or 2.0.0-rc.1. It is never used again." error={fields.version}>
            <Input name="version" autoComplete="off" autoCapitalize="none" spellCheck={false} className="font-mono" />
          </Field>
          <Field
            label="Channel"
            hint="Empty: beta for a pre-release, else stable. Any other name makes a channel of your own."
            error={fields.channel}
          >
            <Input name="channel" list={list} autoComplete="off" autoCapitalize="none" spellCheck={false} />
          </Field>
          <datalist id={list}>
            {channels.map((channel) => (
              <option key={channel} value={channel} />
            ))}
          </datalist>
          <Field label="Release notes" hint="Markdown. They can be changed later." error={fields.notes}>
            <Textarea name="notes" rows={5} className="font-mono" />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Begin
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
