import { EmptyState } from "#components/ui/empty-state.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { type AuditEvent, AuditTable } from "./audit-table.tsx";

/** What the address of a page with a log may ask for. */
export const AUDIT_QUERY = ["search", "outcome", "before"] as const;

const OUTCOMES = [
  ["done", "Done"],
  ["denied", "Denied"],
] as const;

interface Props {
  events: AuditEvent[];
  /** The cursor of the page after this one. */
  next: number | null;
  base: string;
  filter: Partial<Record<(typeof AUDIT_QUERY)[number], string>>;
  now: Date;
}

/** A page of a log, with its search and the way through it. */
export function AuditLog({ events, next, base, filter, now }: Props) {
  const { before, ...asked } = filter;
  const to = (before?: number) =>
    `${base}?${new URLSearchParams({ ...asked, ...(before && { before: `${before}` }) })}`;
  return (
    <>
      <SearchForm
        action={base}
        label="Search person, action or subject"
        placeholder="Search the log"
        value={filter.search}
      >
        <FilterSelect name="outcome" label="Outcome" all="All outcomes" options={OUTCOMES} value={filter.outcome} />
      </SearchForm>
      {events.length === 0 ? (
        <EmptyState title="Nothing matches">Search for something else, or choose all outcomes.</EmptyState>
      ) : (
        <AuditTable events={events} now={now} />
      )}
      <Pager label="Pages of the log" first={before ? to() : null} next={next ? to(next) : null} />
    </>
  );
}
