"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { Notes } from "./notes.tsx";

interface Props {
  notes: string;
  decision: CapabilityDecision;
  onSave: (notes: string) => Promise<ActionResult<null>>;
}

/** A release's notes as members read them, and the text they are made from beside its preview. */
export function NotesEditor({ notes, decision, onSave }: Props) {
  const [text, setText] = useState<string | null>(null);
  const { run, pending, fields } = useAction(onSave, ["notes"]);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (text !== null && (await run(text))) setText(null);
  };
  if (text === null) {
    return (
      <div className="grid justify-items-start gap-3 rounded-lg border border-line bg-surface p-4">
        {notes ? <Notes text={notes} /> : <p className="text-[13px] text-soft">No notes yet.</p>}
        <GatedAction decision={decision}>
          <Button size="sm" onClick={() => setText(notes)}>
            Edit notes
          </Button>
        </GatedAction>
      </div>
    );
  }
  return (
    <form onSubmit={save} className="grid gap-3 rounded-lg border border-line bg-surface p-4">
      <div className="grid gap-4 lg:grid-cols-2">
        <Field label="Release notes" hint="Markdown; HTML stays text." error={fields.notes}>
          <Textarea
            rows={12}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="font-mono text-[13px]"
          />
        </Field>
        <section aria-label="Preview of the notes" className="min-w-0">
          <p className="mb-1 font-medium text-[13px]">Preview</p>
          <div className="rounded-md border border-line border-dashed p-3">
            <Notes text={text} />
          </div>
        </section>
      </div>
      <div className="flex gap-2">
        <Button onClick={() => setText(null)}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          Save notes
        </Button>
      </div>
    </form>
  );
}
