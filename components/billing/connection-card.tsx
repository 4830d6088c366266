"use client";

import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { GatedAction } from "#components/gated-action.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { Time } from "#components/ui/time.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { plural } from "#lib/format.ts";
import { SecretDialog } from "./secret-dialog.tsx";

interface Connection {
  accountId: string;
  accountName: string;
  livemode: boolean;
  keyHint: string;
  fullAccess: boolean;
  partialRefundEnds: boolean;
  checkedAt: Date | null;
  lastEventAt: Date | null;
  failedEvents: number;
}

type Result = Promise<ActionResult<null>>;

interface Props {
  connection: Connection;
  now: Date;
  /** Whom a disconnection would concern. */
  leaving: { ending: number; lasting: number };
  decision: CapabilityDecision;
  on: {
    check: () => Result;
    setKey: (input: { key: string }) => Result;
    disconnect: () => Result;
    setRefunds: (input: { partialRefundEnds: boolean }) => Result;
  };
}

/** The connected Stripe account, and what can be done about it. */
export function ConnectionCard({ connection, now, leaving, decision, on }: Props) {
  const check = useAction(on.check);
  return (
    <section aria-labelledby="connection" className="grid gap-3">
      <h2 id="connection" className="sr-only">
        Connection
      </h2>
      <Facts facts={factsOf(connection, now)} />
      <div className="flex flex-wrap gap-2">
        <GatedAction decision={decision}>
          <Button pending={check.pending} onClick={() => check.run()}>
            Check now
          </Button>
        </GatedAction>
        <SecretDialog
          verb="Set a new key"
          description="A key of the same account. It is checked at Stripe before it takes the old one’s place."
          field={{ name: "key", label: "Restricted key", placeholder: "rk_live_…" }}
          decision={decision}
          onSet={(key) => on.setKey({ key })}
        />
        <ConfirmButton
          verb="Disconnect"
          title="Disconnect the Stripe account?"
          consequence={consequenceOf(leaving)}
          decision={decision}
          onConfirm={on.disconnect}
        />
      </div>
      <RefundSwitch ends={connection.partialRefundEnds} decision={decision} onSet={on.setRefunds} />
    </section>
  );
}

function RefundSwitch({
  ends,
  decision,
  onSet,
}: {
  ends: boolean;
  decision: CapabilityDecision;
  onSet: Props["on"]["setRefunds"];
}) {
  const { run, pending } = useAction(onSet);
  return (
    <div className="flex items-start justify-between gap-4 rounded-lg border border-line bg-surface p-4">
      <div>
        <p className="font-medium text-sm">A refund in part ends access</p>
        <p className="text-[13px] text-soft">
          A refund in full always ends what was paid for. Off, a refund in part lets it go on. Changing this moves
          nobody at once: the drift page shows who would be.
        </p>
      </div>
      <GatedAction decision={decision}>
        <Switch
          checked={ends}
          onCheckedChange={pending ? undefined : (partialRefundEnds) => run({ partialRefundEnds })}
          aria-label="A refund in part ends access"
          aria-busy={pending || undefined}
        />
      </GatedAction>
    </div>
  );
}

function factsOf(connection: Connection, now: Date) {
  const { accountName, accountId, livemode, keyHint, fullAccess, checkedAt, lastEventAt, failedEvents } = connection;
  return [
    ["Account", accountName ? `${accountName} (${accountId})` : accountId || "Stripe"],
    [
      "Mode",
      <Badge key="mode" tone={livemode ? "good" : "warn"}>
        {livemode ? "Live" : "Test"}
      </Badge>,
    ],
    [
      "Key",
      <span key="key" className="inline-flex flex-wrap items-center gap-1.5">
        <code className="font-mono text-xs">{keyHint}</code>
        {fullAccess ? <Badge tone="warn">May do everything</Badge> : null}
      </span>,
    ],
    ["Last checked", checkedAt ? <Time key="checked" at={checkedAt} now={now} /> : "Never"],
    ["Last event", lastEventAt ? <Time key="event" at={lastEventAt} now={now} /> : "None came yet"],
    [
      "Events that failed",
      failedEvents > 0 ? (
        <Badge key="failed" tone="danger">
          {failedEvents}
        </Badge>
      ) : (
        "None"
      ),
    ],
  ] as const;
}

function consequenceOf({ ending, lasting }: Props["leaving"]): string {
  const nothing =
    "Nothing can be bought here any more, and renewals, refunds and cancellations are no longer heard of.";
  const ends =
    ending > 0
      ? ` ${plural(ending, "membership")} with a subscription ${ending === 1 ? "ends" : "end"} with the period that was paid for, together with what Stripe gave.`
      : "";
  const lasts =
    lasting > 0 ? ` ${plural(lasting, "membership")} that was paid for once ${lasting === 1 ? "stays" : "stay"}.` : "";
  return `${nothing}${ends}${lasts} Subscriptions at Stripe go on: nobody is canceled there. Connecting the same account again takes it up.`;
}
