"use client";

import type { ActionResult } from "#components/action-result.ts";
import { CopyField } from "#components/ui/copy-field.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { EventList } from "./event-list.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

interface Props {
  url: string;
  events: readonly string[];
  decision: CapabilityDecision;
  onSetSecret: (input: { webhookSecret: string }) => Promise<ActionResult<null>>;
}

/** Where Stripe sends its events, and the secret that they are signed with. */
export function WebhookCard({ url, events, decision, onSetSecret }: Props) {
  return (
    <section aria-labelledby="webhook" className="grid gap-3 rounded-lg border border-line bg-surface p-4 text-sm">
      <div>
        <h2 id="webhook" className="font-semibold">
          Webhook endpoint
        </h2>
        <p className="text-[13px] text-soft">The address that the endpoint in your Stripe account has.</p>
      </div>
      <CopyField label="webhook address" value={url} />
      <EventList events={events} />
      <div>
        <SecretDialog
          verb="Set a new signing secret"
          description="After you rolled it at Stripe, which signs with both for a day if you let it: nothing is lost."
          field={{ name: "webhookSecret", label: "Signing secret", placeholder: "whsec_…" }}
          decision={decision}
          onSet={(webhookSecret) => onSetSecret({ webhookSecret })}
        />
      </div>
    </section>
  );
}
