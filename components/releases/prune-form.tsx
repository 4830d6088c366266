"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { numberOf } from "#components/registry/lines.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox, Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { PrunePreview, type PrunePreviewShown, type PruneRuleShown } from "./prune-preview.tsx";

interface Props {
  channels: string[];
  decision: CapabilityDecision;
  onPreview: (rule: PruneRuleShown) => Promise<ActionResult<PrunePreviewShown>>;
  onPrune: (input: { rule: PruneRuleShown; expected: string[] }) => Promise<ActionResult<null>>;
}

const FIELDS = ["keepLast", "olderThanDays", "channels", "published"];
const SHOWN = ["rule", ...FIELDS.map((name) => `rule.${name}`)];

/** Which releases go, by their number and age; they are looked at before they do. */
export function PruneForm({ channels, decision, onPreview, onPrune }: Props) {
  const [preview, setPreview] = useState<PrunePreviewShown | null>(null);
  const { run, pending, fields } = useAction(onPreview, SHOWN);
  const look = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const answer = await run(ruleOf(new FormData(event.currentTarget), channels));
    setPreview(answer?.data ?? null);
  };
  return (
    <>
      <form onSubmit={look} className="grid gap-4 rounded-lg border border-line bg-surface p-4" noValidate>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Keep the newest"
            hint="So many versions of each channel."
            error={fields["rule.keepLast"] ?? fields.rule}
          >
            <Input name="keepLast" type="number" min={0} className="max-w-28" />
          </Field>
          <Field label="Keep younger than" hint="Days since it was published." error={fields["rule.olderThanDays"]}>
            <Input name="olderThanDays" type="number" min={0} className="max-w-28" />
          </Field>
        </div>
        {channels.length > 1 ? (
          <fieldset className="grid gap-1.5">
            <legend className="mb-1 font-medium text-[13px]">Channels</legend>
            {channels.map((channel) => (
              <Checkbox key={channel} name="channels" value={channel} label={channel} defaultChecked />
            ))}
          </fieldset>
        ) : null}
        <Checkbox
          name="published"
          label="Published releases, too"
          hint="Who still uses such a version can no longer download it."
        />
        <div>
          <Button type="submit" pending={pending}>
            Preview
          </Button>
        </div>
      </form>
      {preview ? (
        <PrunePreview
          key={preview.expected.join()}
          shown={preview}
          decision={decision}
          onPrune={() => onPrune({ rule: preview.rule, expected: preview.expected })}
          onDone={() => setPreview(null)}
        />
      ) : null}
    </>
  );
}

function ruleOf(form: FormData, channels: readonly string[]): PruneRuleShown {
  const [keepLast, olderThanDays] = [numberOf(form, "keepLast"), numberOf(form, "olderThanDays")];
  const chosen = form.getAll("channels").map(String);
  return {
    ...(keepLast !== null && { keepLast }),
    ...(olderThanDays !== null && { olderThanDays }),
    ...(channels.length > 1 && chosen.length < channels.length && { channels: chosen }),
    published: form.get("published") === "on",
  };
}
