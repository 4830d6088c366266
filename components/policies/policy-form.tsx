"use client";

import { useRouter } from "next/navigation";
import type { FormEvent } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { FIXED } from "#components/registry/lines.ts";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { AccessFields, accessOf } from "./access-fields.tsx";
import { ImmutabilityFields, immutabilityOf, RetentionFields, retentionOf } from "./tag-fields.tsx";
import type { DocumentShown, Kind } from "./words.ts";

export interface Written {
  name: string;
  description: string;
  note: string;
  document: unknown;
}

interface Props {
  kind: Kind;
  /** Slugs of the workspace's products. */
  products: string[];
  document: DocumentShown | null;
  note?: string;
  /** A new policy is named, too. */
  fresh?: boolean;
  decision: CapabilityDecision;
  /** Resolves with where it leads, where that is another page. */
  onSave: (written: Written) => Promise<ActionResult<{ next: string } | null>>;
}

const FIELDS = { retention: RetentionFields, immutability: ImmutabilityFields, access: AccessFields };
const READ = { retention: retentionOf, immutability: immutabilityOf, access: accessOf };
const NAMED = ["name", "description", "note"];

/** A draft's fields. Whoever may not write it sees it all the same. */
export function PolicyForm({ kind, products, document, note = "", fresh = false, decision, onSave }: Props) {
  const router = useRouter();
  const { run, pending, fields } = useAction(onSave, [...NAMED, ...SHOWN[kind]]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const words = { name: text("name"), description: text("description"), note: text("note") };
    const saved = await run({ ...words, document: READ[kind](form) });
    if (saved?.data) router.push(saved.data.next);
  };
  const Fields = FIELDS[kind];
  const readOnly = !decision.allowed;
  return (
    <form onSubmit={submit} className="grid gap-5 rounded-lg border border-line bg-surface p-4" noValidate>
      {fresh ? (
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Field label="Name" error={fields.name}>
            <Input name="name" autoComplete="off" readOnly={readOnly} className={FIXED} />
          </Field>
          <Field label="Description" hint="Optional; for the team." error={fields.description}>
            <Input name="description" autoComplete="off" readOnly={readOnly} className={FIXED} />
          </Field>
        </div>
      ) : null}
      <Fields document={document ?? {}} products={products} problems={fields} readOnly={readOnly} />
      <Field label="Why" hint="Optional; kept with the version for good." error={fields.note}>
        <Input name="note" defaultValue={note} autoComplete="off" readOnly={readOnly} className={FIXED} />
      </Field>
      <div>
        <GatedAction decision={decision}>
          <Button type="submit" variant="primary" pending={pending}>
            {fresh ? "Add policy" : "Save draft"}
          </Button>
        </GatedAction>
      </div>
    </form>
  );
}

// A field of a list is named with its place in it: what is wrong there is said beside the whole.
const tagFields = ["products", "patterns", "keepLast", "keepDays", "keepPatterns", "keepPulledDays", "untaggedDays"];
const accessFields = ["graceDays", "endlessTokens", "tokenDaysMax", "secondFactor", "signers", "signedFiles"];
const inDocument = (names: readonly string[]) =>
  names.flatMap((name) => [
    `document.${name}`,
    ...Array.from({ length: 20 }, (_, n) => `document.${name}.${n}`),
    ...Array.from({ length: 20 }, (_, n) => [`document.${name}.${n}.name`, `document.${name}.${n}.publicKey`]).flat(),
  ]);
const SHOWN = {
  retention: inDocument(tagFields),
  immutability: inDocument(tagFields),
  access: inDocument(accessFields),
};
