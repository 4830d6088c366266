"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { Checkbox, Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { EventList } from "./event-list.tsx";

interface Props {
  webhookUrl: string;
  events: readonly string[];
  permissions: { label: string; why: string }[];
  decision: CapabilityDecision;
  onConnect: (input: { key: string; webhookSecret?: string }) => Promise<ActionResult<null>>;
}

/** How a vendor's own Stripe account is connected: a key, and an endpoint for its events. */
export function ConnectForm({ webhookUrl, events, permissions, decision, onConnect }: Props) {
  const [byHand, setByHand] = useState(false);
  const { run, pending, fields } = useAction(onConnect, byHand ? ["key", "webhookSecret"] : ["key"]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const webhookSecret = byHand ? { webhookSecret: String(form.get("webhookSecret")) } : {};
    await run({ key: String(form.get("key")), ...webhookSecret });
  };
  return (
    <form onSubmit={submit} className="grid max-w-2xl gap-6 rounded-lg border border-line bg-surface p-4" noValidate>
      <Step title="1. Make a restricted key at Stripe">
        <p>
          In Stripe’s dashboard under Developers → API keys, create a restricted key with these permissions. It stays in
          your account: you can take it back there at any time.
        </p>
        <Permissions permissions={permissions} />
        <Field label="Restricted key" hint="Stored encrypted; nobody sees it again." error={fields.key}>
          <Input name="key" type="password" autoComplete="off" spellCheck={false} placeholder="rk_live_…" />
        </Field>
      </Step>
      <Step title="2. Let Stripe tell us what was paid">
        <Checkbox
          label="I make the webhook endpoint myself"
          hint={byHand ? undefined : "Otherwise Purser makes it in your account, with the key above."}
          checked={byHand}
          onChange={(event) => setByHand(event.target.checked)}
        />
        {byHand ? (
          <>
            <p>Under Developers → Webhooks, add an endpoint with this address:</p>
            <CopyField label="webhook address" value={webhookUrl} />
            <EventList events={events} />
            <Field label="Signing secret" hint="The endpoint’s page shows it." error={fields.webhookSecret}>
              <Input name="webhookSecret" type="password" autoComplete="off" spellCheck={false} placeholder="whsec_…" />
            </Field>
          </>
        ) : null}
      </Step>
      <div>
        <GatedAction decision={decision}>
          <Button type="submit" variant="primary" pending={pending}>
            Check and connect
          </Button>
        </GatedAction>
      </div>
    </form>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-3 text-sm">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Permissions({ permissions }: Pick<Props, "permissions">) {
  return (
    <ul className="grid gap-x-6 gap-y-1 text-[13px] sm:grid-cols-2">
      {permissions.map(({ label, why }) => (
        <li key={label}>
          <span className="font-medium">{label}</span> <span className="text-soft">· {why}</span>
        </li>
      ))}
    </ul>
  );
}
