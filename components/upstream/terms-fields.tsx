"use client";

import { FIXED, linesOf } from "#components/registry/lines.ts";
import { Checkbox, Field, Input, Select, Textarea } from "#components/ui/field.tsx";
import { everyOf, SCHEDULES } from "./words.ts";

export interface TermsShown {
  patterns: string[];
  pullThrough: boolean;
  freshMinutes: number;
  importEveryHours: number | null;
}

export const NEW_TERMS: TermsShown = { patterns: ["*"], pullThrough: true, freshMinutes: 5, importEveryHours: null };

/** What the fields hold. */
export function termsIn(form: FormData): TermsShown {
  const every = String(form.get("importEveryHours") ?? "");
  return {
    patterns: linesOf(form, "patterns"),
    pullThrough: form.get("pullThrough") === "on",
    freshMinutes: Number(form.get("freshMinutes") ?? 5),
    importEveryHours: every === "" ? null : Number(every),
  };
}

export const TERMS = ["patterns", "pullThrough", "freshMinutes", "importEveryHours"];

/** What is taken over from a repository there, and how. */
export function TermsFields({ terms, fields }: { terms: TermsShown; fields: Record<string, string> }) {
  const wrong = Object.entries(fields).find(([field]) => field.startsWith("patterns"));
  const { importEveryHours } = terms;
  const other = SCHEDULES.some(([hours]) => hours === importEveryHours)
    ? []
    : [[importEveryHours, everyOf(importEveryHours)] as const];
  return (
    <>
      <Field label="Tags" hint="One pattern a line; * stands for any run of characters." error={wrong?.[1]}>
        <Textarea
          name="patterns"
          rows={2}
          defaultValue={terms.patterns.join("\n")}
          spellCheck={false}
          autoCapitalize="none"
          className={`font-mono ${FIXED}`}
        />
      </Field>
      <Checkbox
        name="pullThrough"
        defaultChecked={terms.pullThrough}
        label="Look there when a pull finds nothing here"
        hint="What is found is kept. Who may not pull here reaches nothing there."
      />
      <Field
        label="Minutes until a tag is asked for again"
        hint="Until then it is taken to be where it was."
        error={fields.freshMinutes}
      >
        <Input name="freshMinutes" type="number" min={0} max={10080} defaultValue={terms.freshMinutes} />
      </Field>
      <Field label="Import everything" error={fields.importEveryHours}>
        <Select name="importEveryHours" defaultValue={importEveryHours ?? ""}>
          {[...SCHEDULES, ...other].map(([hours, words]) => (
            <option key={words} value={hours ?? ""}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
    </>
  );
}
