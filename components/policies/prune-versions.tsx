"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { numberOf } from "#components/registry/lines.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { plural } from "#lib/format.ts";

interface Rule {
  keepLast: number;
  olderThanDays: number;
}

interface Props {
  decision: CapabilityDecision;
  onPreview: (rule: Rule) => Promise<ActionResult<{ going: number[]; staying: number }>>;
  onPrune: (rule: Rule & { expected: number[] }) => Promise<ActionResult<null>>;
}

/** The button that deletes old archived versions, those that its preview listed. */
export function PruneVersions({ decision, onPreview, onPrune }: Props) {
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState<{ rule: Rule; going: number[]; staying: number } | null>(null);
  const preview = useAction(onPreview, ["keepLast", "olderThanDays"]);
  const { run, pending } = useAction(onPrune);
  const change = (next: boolean) => {
    setOpen(next);
    setShown(null);
    preview.reset();
  };
  const look = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const rule = { keepLast: numberOf(form, "keepLast") ?? 0, olderThanDays: numberOf(form, "olderThanDays") ?? 0 };
    const found = await preview.run(rule);
    setShown(found && { rule, ...found.data });
  };
  const prune = async () => {
    if (shown && (await run({ ...shown.rule, expected: shown.going }))) change(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => change(true)}>Prune versions</Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title="Prune archived versions"
        description="They are deleted for good; the audit log keeps what they said. The version in force and the draft stay."
      >
        <form onSubmit={look} className="grid gap-4" noValidate>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Keep the newest" error={preview.fields.keepLast}>
              <Input name="keepLast" type="number" min={0} defaultValue={10} />
            </Field>
            <Field label="Keep younger than" hint="Days since it was archived." error={preview.fields.olderThanDays}>
              <Input name="olderThanDays" type="number" min={0} defaultValue={90} />
            </Field>
          </div>
          <p className="text-sm text-soft" aria-live="polite">
            {shown ? fateOf(shown) : "Look first at what would go."}
          </p>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" pending={preview.pending}>
              Preview
            </Button>
            {shown && shown.going.length > 0 ? (
              <Button variant="danger" pending={pending} onClick={prune}>
                Delete {plural(shown.going.length, "version")}
              </Button>
            ) : null}
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

function fateOf({ going, staying }: { going: number[]; staying: number }): string {
  if (going.length === 0)
    return `No version goes by that; ${plural(staying, "archived version stays", "archived versions stay")}.`;
  return `Version ${going.join(", ")} would go; ${plural(staying, "archived version stays", "archived versions stay")}.`;
}
