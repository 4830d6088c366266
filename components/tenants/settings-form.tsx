"use client";

import type { FormEvent } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox, Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Settings {
  name: string;
  graceDays: number;
  storefrontEnabled: boolean;
  endlessTokens: boolean;
}

interface Props {
  tenant: Settings & { slug: string };
  storefrontUrl: string;
  decision: CapabilityDecision;
  onSave: (settings: Settings) => Promise<ActionResult<null>>;
}

const FIXED = "read-only:bg-canvas read-only:text-soft";
const SHOWN = ["name", "graceDays"];

/** A workspace's settings. Whoever may not change them sees them all the same. */
export function SettingsForm({ tenant, storefrontUrl, decision, onSave }: Props) {
  const { run, pending, fields } = useAction(onSave, SHOWN);
  const fixed = !decision.allowed;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = String(form.get("graceDays"));
    await run({
      name: String(form.get("name")),
      graceDays: days === "" ? Number.NaN : Number(days),
      storefrontEnabled: form.get("storefront") === "on",
      endlessTokens: form.get("endless") === "on",
    });
  };
  return (
    <form onSubmit={submit} className="grid max-w-2xl gap-5 rounded-lg border border-line bg-surface p-4" noValidate>
      <Field label="Name" error={fields.name}>
        <Input name="name" defaultValue={tenant.name} readOnly={fixed} autoComplete="off" className={FIXED} />
      </Field>
      <Field
        label="Short name"
        hint="It can't be changed: addresses and the names of images that customers pull hang on it."
      >
        <Input value={tenant.slug} readOnly className={`font-mono ${FIXED}`} />
      </Field>
      <Field
        label="Grace days"
        hint="How long members keep access after a payment failed: 0 to 90 days."
        error={fields.graceDays}
      >
        <Input
          name="graceDays"
          type="number"
          min={0}
          max={90}
          defaultValue={tenant.graceDays}
          readOnly={fixed}
          className={`max-w-28 ${FIXED}`}
        />
      </Field>
      <GatedAction decision={decision}>
        <Checkbox
          name="storefront"
          label="Public storefront"
          hint={`Lists your products for everybody, at ${storefrontUrl}. Hidden ones stay hidden.`}
          defaultChecked={tenant.storefrontEnabled}
        />
      </GatedAction>
      <GatedAction decision={decision}>
        <Checkbox
          name="endless"
          label="Tokens without an end"
          hint="People and robots may make tokens that never expire. Without this, those that exist stop opening this workspace."
          defaultChecked={tenant.endlessTokens}
        />
      </GatedAction>
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
