"use client";

import type { FormEvent } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Input, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  decision: CapabilityDecision;
  providers: { key: string; name: string }[];
  settings: { provider: string | null; claim: string };
  onSave: (input: { provider: string | null; claim: string }) => Promise<ActionResult<null>>;
}

const SHOWN = ["provider", "claim"];

/** Which provider's claim says who is in which group. */
export function ClaimForm({ decision, providers, settings, onSave }: Props) {
  const { run, pending, fields } = useAction(onSave, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    await run({ provider: String(form.get("provider") ?? "") || null, claim: String(form.get("claim") ?? "") });
  };
  return (
    <form onSubmit={submit} className="grid max-w-xl gap-4 rounded-lg border border-line bg-surface p-4" noValidate>
      <Field label="Provider" hint="One that people sign in to Purser with." error={fields.provider}>
        <Select name="provider" defaultValue={settings.provider ?? ""}>
          <option value="">None: no claim counts</option>
          {providers.map(({ key, name }) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Claim" hint="Its name in the ID token: a text, or a list of texts." error={fields.claim}>
        <Input name="claim" defaultValue={settings.claim} autoComplete="off" />
      </Field>
      <div>
        <GatedAction decision={decision}>
          <Button type="submit" variant="primary" pending={pending}>
            Save
          </Button>
        </GatedAction>
      </div>
    </form>
  );
}
