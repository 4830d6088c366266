"use client";

import { type FormEvent, useRef, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox, Field, Input, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { FIXED, linesOf, numberOf } from "./lines.ts";
import { RETENTION_NUMBERS } from "./retention-numbers.ts";
import { type PreviewShown, RetentionPreview } from "./retention-preview.tsx";

export interface Rule {
  keepLast: number | null;
  keepDays: number | null;
  keepPatterns: string[];
  keepPulledDays: number | null;
  untaggedDays: number | null;
}

interface Apply {
  productId: string;
  rule: Rule;
  asOf: string;
  fingerprint: string;
  /** The product's slug, as typed. */
  confirm: string;
}

interface Props {
  product: { id: string; slug: string };
  rule: Rule & { enabled: boolean };
  saving: CapabilityDecision;
  applying: CapabilityDecision;
  onSave: (input: Rule & { productId: string; enabled: boolean }) => Promise<ActionResult<null>>;
  onPreview: (input: { productId: string; rule: Rule }) => Promise<ActionResult<PreviewShown>>;
  onApply: (input: Apply) => Promise<ActionResult<null>>;
}

const NAMES = [...RETENTION_NUMBERS.map(({ name }) => name), "keepPatterns", "enabled"];
const SHOWN = [...NAMES, ...NAMES.map((name) => `rule.${name}`)];

/** What is kept of a product's tags; what goes by it is looked at before it is taken. */
export function RetentionForm({ product, rule, saving, applying, onSave, onPreview, onApply }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [preview, setPreview] = useState<{ rule: Rule; shown: PreviewShown } | null>(null);
  const save = useAction(onSave, SHOWN);
  const ask = useAction(onPreview, SHOWN);
  // A preview names a field of its rule; the form has it by the same name.
  const asked = Object.entries(ask.fields).map(([field, problem]) => [field.replace(/^rule\./, ""), problem]);
  const fields: Record<string, string> = { ...Object.fromEntries(asked), ...save.fields };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    await save.run({ productId: product.id, ...ruleOf(data), enabled: data.get("enabled") === "on" });
  };
  const look = async () => {
    if (!form.current) return;
    const rule = ruleOf(new FormData(form.current));
    const answer = await ask.run({ productId: product.id, rule });
    setPreview(answer && { rule, shown: answer.data });
  };
  const patterns = Object.entries(fields).find(([field]) => field.startsWith("keepPatterns"));
  return (
    <>
      <form ref={form} onSubmit={submit} className="grid gap-4 rounded-lg border border-line bg-surface p-4" noValidate>
        <div className="grid gap-4 sm:grid-cols-2">
          {RETENTION_NUMBERS.map(({ name, label, hint }) => (
            <Field key={name} label={label} hint={hint} error={fields[name]}>
              <Input
                name={name}
                type="number"
                min={1}
                defaultValue={rule[name] ?? ""}
                readOnly={!saving.allowed}
                className={`max-w-28 ${FIXED}`}
              />
            </Field>
          ))}
        </div>
        <Field
          label="Keep tags like"
          hint="One pattern a line; * stands for any run of characters."
          error={patterns?.[1]}
        >
          <Textarea
            name="keepPatterns"
            rows={2}
            defaultValue={rule.keepPatterns.join("\n")}
            readOnly={!saving.allowed}
            spellCheck={false}
            autoCapitalize="none"
            className={`font-mono ${FIXED}`}
          />
        </Field>
        <GatedAction decision={saving}>
          <Checkbox
            name="enabled"
            label="Apply it each night"
            hint={fields.enabled ? `It ${fields.enabled}.` : "Until then nothing goes but what you take by hand."}
            defaultChecked={rule.enabled}
          />
        </GatedAction>
        <div className="flex flex-wrap gap-2">
          <Button pending={ask.pending} onClick={look}>
            Preview
          </Button>
          <GatedAction decision={saving}>
            <Button type="submit" variant="primary" pending={save.pending} aria-label="Save retention">
              Save
            </Button>
          </GatedAction>
        </div>
      </form>
      {preview ? (
        <RetentionPreview
          key={preview.shown.fingerprint + preview.shown.asOf}
          product={product}
          shown={preview.shown}
          decision={applying}
          onApply={(confirm) =>
            onApply({
              productId: product.id,
              rule: preview.rule,
              asOf: preview.shown.asOf,
              fingerprint: preview.shown.fingerprint,
              confirm,
            })
          }
          onDone={() => setPreview(null)}
        />
      ) : null}
    </>
  );
}

function ruleOf(form: FormData): Rule {
  return {
    keepLast: numberOf(form, "keepLast"),
    keepDays: numberOf(form, "keepDays"),
    keepPatterns: linesOf(form, "keepPatterns"),
    keepPulledDays: numberOf(form, "keepPulledDays"),
    untaggedDays: numberOf(form, "untaggedDays"),
  };
}
