import type { Metadata } from "next";
import type { z } from "zod";
import { AuditTable } from "#components/audit/audit-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Select } from "#components/ui/field.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { type AuditFilter, listAuditEvents } from "#lib/audit/index.ts";
import { one, onPage, requireTeam } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Audit log" };

type Query = Partial<Record<"search" | "outcome" | "before", string | string[]>>;

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function AuditPage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const filter = filterOf(await searchParams);
  const base = `/t/${ctx.tenant.slug}/audit`;
  const { events, next } = await onPage(() => listAuditEvents(ctx, filter as z.input<typeof AuditFilter>), base);
  const { before, ...asked } = filter;
  const to = (before?: number) =>
    `${base}?${new URLSearchParams({ ...asked, ...(before && { before: `${before}` }) })}`;
  return (
    <>
      <PageHeader title="Audit log">
        Every change and every refusal, newest first. Rows can't be changed or removed.
      </PageHeader>
      <SearchForm
        action={base}
        label="Search person, action or subject"
        placeholder="Search the log"
        value={filter.search}
      >
        <Select
          name="outcome"
          aria-label="Outcome"
          key={filter.outcome}
          defaultValue={filter.outcome ?? ""}
          className="w-auto!"
        >
          <option value="">All outcomes</option>
          <option value="done">Done</option>
          <option value="denied">Denied</option>
        </Select>
      </SearchForm>
      {events.length === 0 ? (
        <EmptyState title="Nothing matches">Search for something else, or choose all outcomes.</EmptyState>
      ) : (
        <AuditTable events={events} now={ctx.now} />
      )}
      <Pager label="Pages of the log" first={before ? to() : null} next={next ? to(next) : null} />
    </>
  );
}

function filterOf(query: Query): Partial<Record<keyof Query, string>> {
  const given = (["search", "outcome", "before"] as const).map((name) => [name, one(query[name])] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
