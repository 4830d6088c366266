"use client";

import type { FormEvent } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { FIXED, linesOf } from "./lines.ts";

interface Props {
  productId: string;
  patterns: string[];
  decision: CapabilityDecision;
  onSave: (input: { productId: string; patterns: string[] }) => Promise<ActionResult<null>>;
}

/** Which tags never move. Whoever may not change that sees it all the same. */
export function ImmutableForm({ productId, patterns, decision, onSave }: Props) {
  const { run, pending, fields } = useAction(onSave, ["patterns"]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    await run({ productId, patterns: linesOf(new FormData(event.currentTarget), "patterns") });
  };
  // What is wrong with one line is said under the field that has them all.
  const wrong = Object.entries(fields).find(([field]) => field.startsWith("patterns"));
  return (
    <form onSubmit={submit} className="grid gap-3 rounded-lg border border-line bg-surface p-4" noValidate>
      <Field
        label="Immutable tags"
        hint="One pattern a line; * stands for any run of characters. Such a tag is pushed once, and neither moved nor deleted. Signatures are not hindered."
        error={wrong?.[1]}
      >
        <Textarea
          name="patterns"
          rows={3}
          defaultValue={patterns.join("\n")}
          readOnly={!decision.allowed}
          spellCheck={false}
          autoCapitalize="none"
          placeholder="v*"
          className={`font-mono ${FIXED}`}
        />
      </Field>
      <div>
        <GatedAction decision={decision}>
          <Button type="submit" pending={pending} aria-label="Save immutable tags">
            Save
          </Button>
        </GatedAction>
      </div>
    </form>
  );
}
