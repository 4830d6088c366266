import type { Metadata } from "next";
import { EventState } from "#components/billing/events-table.tsx";
import { ReplayButton } from "#components/billing/replay.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Time } from "#components/ui/time.tsx";
import { decide } from "#lib/access/index.ts";
import { viewEvent } from "#lib/billing/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { replay } from "../actions.ts";

export const metadata: Metadata = { title: "Event from Stripe" };

export default async function EventPage({ params }: { params: Promise<{ tenant: string; id: string }> }) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const event = await onPage(() => viewEvent(ctx, id));
  const base = `/t/${ctx.tenant.slug}/billing/events`;
  return (
    <>
      <Trail href={base}>Events from Stripe</Trail>
      <PageHeader
        title={event.type}
        action={
          <ReplayButton
            eventId={event.id}
            decision={decide(ctx.actor, "billing.reconcile")}
            onReplay={replay.bind(null, ctx.tenant.slug)}
          />
        }
      >
        <code className="font-mono text-[13px]">{event.id}</code>
      </PageHeader>
      <Facts
        facts={[
          ["State", <EventState key="state" state={event.state} />],
          ["Result", event.outcome ?? "Not yet."],
          ["Attempts", event.attempts],
          ["Happened", <Time key="happened" at={event.happenedAt} now={ctx.now} />],
          ["Received", <Time key="received" at={event.receivedAt} now={ctx.now} />],
          ["Done", event.processedAt ? <Time key="done" at={event.processedAt} now={ctx.now} /> : "Not yet."],
          ["Customer", event.customerId ?? "It names none."],
          ...(event.error ? [["Last problem", event.error] as const] : []),
        ]}
      />
      <h2 id="payload" className="mt-8 mb-2 font-semibold text-sm">
        As Stripe sent it
      </h2>
      <section
        aria-labelledby="payload"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        tabIndex={0}
        className="overflow-x-auto rounded-lg border border-line bg-surface p-4"
      >
        <pre className="font-mono text-xs">{JSON.stringify(event.payload, null, 2)}</pre>
      </section>
    </>
  );
}
