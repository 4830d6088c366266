import type { Metadata } from "next";
import { Polling } from "#components/polling.tsx";
import { RunsTable } from "#components/runs/runs-table.tsx";
import { isUnderWay, RUN_STATES, type RunState } from "#components/runs/words.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { listRuns } from "#lib/runs/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Runs" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function RunsPage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { after, ...kept } = given(await searchParams, ["search", "state", "after"]);
  const here = `/t/${ctx.tenant.slug}/runs`;
  const state = kept.state as RunState | undefined;
  const { runs, next } = await onPage(() => listRuns(ctx, { ...kept, state, after }), here);
  const filtered = after || Object.keys(kept).length > 0;
  const to = (page: Record<string, string>) => `${here}?${new URLSearchParams({ ...kept, ...page })}`;
  return (
    <>
      <PageHeader title="Runs">
        What takes longer than a click: health checks, syncs, imports, backups. They go on without this page, and stay
        here for 90 days.
      </PageHeader>
      <Polling busy={runs.some((run) => isUnderWay(run.state))} />
      <SearchForm action={here} label="Search runs" value={kept.search}>
        <FilterSelect
          name="state"
          label="State"
          all="Any state"
          options={Object.entries(RUN_STATES).map(([value, { word }]) => [value, word] as const)}
          value={kept.state}
        />
      </SearchForm>
      {runs.length === 0 ? (
        <EmptyState title={filtered ? "No run is like that" : "No runs so far"}>
          {filtered
            ? "Search for another word, or show all."
            : "Check a provider's health or sync its inventory: each such run is listed here, with its log and result."}
        </EmptyState>
      ) : (
        <RunsTable runs={runs} base={here} now={ctx.now} />
      )}
      <Pager label="Pages of runs" first={after ? to({}) : null} next={next ? to({ after: next }) : null} />
    </>
  );
}
