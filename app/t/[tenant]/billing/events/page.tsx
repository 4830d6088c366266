import type { Metadata } from "next";
import type { z } from "zod";
import { BillingTabs } from "#components/billing/billing-tabs.tsx";
import { EventsTable } from "#components/billing/events-table.tsx";
import { ReplayDialog } from "#components/billing/replay.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { decide } from "#lib/access/index.ts";
import { listEvents, type StripeEventFilter } from "#lib/billing/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { replay } from "./actions.ts";

export const metadata: Metadata = { title: "Events from Stripe" };

const QUERY = ["search", "state", "after"] as const;

const STATES = [
  ["done", "Done"],
  ["waiting", "Waiting"],
  ["failed", "Failed"],
] as const;

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function EventsPage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { after, ...asked } = given(await searchParams, QUERY);
  const billing = `/t/${ctx.tenant.slug}/billing`;
  const base = `${billing}/events`;
  const filter = { ...asked, after } as z.input<typeof StripeEventFilter>;
  const { events, next } = await onPage(() => listEvents(ctx, filter), base);
  const to = (cursor?: string) => `${base}?${new URLSearchParams({ ...asked, ...(cursor && { after: cursor }) })}`;
  const filtered = Object.keys(asked).length > 0;
  return (
    <>
      <PageHeader
        title="Events from Stripe"
        action={
          <ReplayDialog
            decision={decide(ctx.actor, "billing.reconcile")}
            onReplay={replay.bind(null, ctx.tenant.slug)}
          />
        }
      >
        Each event makes its customer be read anew from Stripe. What fails is tried again for three days.
      </PageHeader>
      <BillingTabs base={billing} current="Events" />
      <SearchForm action={base} label="Search id, type or customer" placeholder="Search events" value={asked.search}>
        <FilterSelect name="state" label="State" all="All states" options={STATES} value={asked.state} />
      </SearchForm>
      {events.length === 0 ? (
        <Nothing filtered={filtered} />
      ) : (
        <EventsTable events={events} base={base} now={ctx.now} />
      )}
      <Pager label="Pages of events" first={after ? to() : null} next={next ? to(next) : null} />
    </>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered)
    return <EmptyState title="Nothing matches">Search for something else, or choose all states.</EmptyState>;
  return (
    <EmptyState title="Stripe has sent nothing so far">
      The overview shows the address that Stripe must post to. A purchase, or a test event from Stripe’s dashboard, is
      listed here at once.
    </EmptyState>
  );
}
