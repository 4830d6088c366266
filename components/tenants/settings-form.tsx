"use client";

import Link from "next/link";
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
  /** The policy of access that says grace days and endless tokens, where one is in force. */
  ruledBy: { name: string; href: string } | null;
  onSave: (settings: Settings) => Promise<ActionResult<null>>;
}

const FIXED = "read-only:bg-canvas read-only:text-soft";
const SHOWN = ["name", "graceDays"];

/** A workspace's settings. Whoever may not change them sees them all the same. */
export function SettingsForm({ tenant, storefrontUrl, decision, ruledBy, onSave }: Props) {
  const { run, pending, fields } = useAction(onSave, SHOWN);
  const fixed = !decision.allowed;
  const access = decision.allowed && ruledBy ? { allowed: false as const, reason: ruledWords(ruledBy) } : decision;
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
          readOnly={!access.allowed}
          className={`max-w-28 ${FIXED}`}
        />
      </Field>
      {ruledBy ? (
        <p className="text-[13px] text-soft">
          Grace days and endless tokens are said by the policy{" "}
          <Link href={ruledBy.href} className="rounded text-accent-ink hover:underline">
            {ruledBy.name}
          </Link>
          .
        </p>
      ) : null}
      <GatedAction decision={decision}>
        <Checkbox
          name="storefront"
          label="Public storefront"
          hint={`Lists your products for everybody, at ${storefrontUrl}. Hidden ones stay hidden.`}
          defaultChecked={tenant.storefrontEnabled}
        />
      </GatedAction>
      <GatedAction decision={access}>
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

function ruledWords({ name }: { name: string }): string {
  return `The policy “${name}” says this: change it there.`;
}
