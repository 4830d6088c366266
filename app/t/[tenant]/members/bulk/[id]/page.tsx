import type { Metadata } from "next";
import Link from "next/link";
import { BulkButtons } from "#components/bulk/bulk-buttons.tsx";
import { BulkLinesTable } from "#components/bulk/bulk-lines-table.tsx";
import { ProgressBar } from "#components/bulk/progress-bar.tsx";
import { OUTCOMES, STATES } from "#components/bulk/words.ts";
import { Trail } from "#components/registry/trail.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { decide } from "#lib/access/index.ts";
import { type BulkView, listBulkLines, type Outcome, viewBulk } from "#lib/entitlements/index.ts";
import { plural } from "#lib/format.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { cancel, confirm } from "../actions.ts";

export const metadata: Metadata = { title: "Bulk change" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
  searchParams: Promise<Query>;
}

export default async function BulkChangePage({ params, searchParams }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const query = given(await searchParams, ["search", "outcome", "after"]);
  const base = `/t/${ctx.tenant.slug}/members/bulk`;
  const here = `${base}/${id}`;
  const { change, counts, items } = await onPage(() => viewBulk(ctx, id));
  const outcome = query.outcome as Outcome | undefined;
  const { lines, next } = await onPage(() => listBulkLines(ctx, { ...query, outcome, bulkId: id }), here);
  const { after, ...kept } = query;
  const to = (page: Record<string, string>) => `${here}?${new URLSearchParams({ ...kept, ...page })}`;
  const capability = change.kind === "grant" ? "entitlement.grant" : "entitlement.revoke";
  return (
    <>
      <Trail href={base}>Grant or revoke for many</Trail>
      <PageHeader
        title={`${change.kind === "grant" ? "Grant" : "Revoke"} ${change.product.name}`}
        action={
          <BulkButtons
            state={change.state}
            kind={change.kind}
            consequence={consequenceOf(change, counts)}
            base={base}
            decision={decide(ctx.actor, capability)}
            onConfirm={confirm.bind(null, ctx.tenant.slug, id)}
            onCancel={cancel.bind(null, ctx.tenant.slug, id)}
          />
        }
      >
        <span className="flex flex-wrap items-center gap-2">
          <Badge tone={STATES[change.state].tone}>{STATES[change.state].word}</Badge>
          {change.state === "prepared" ? "Nothing is changed yet." : `Asked for by ${change.requestedByLabel}.`}
          {change.reason ? `“${change.reason}”` : null}
        </span>
      </PageHeader>
      {change.error ? (
        <p role="alert" className="mb-4 rounded-md bg-danger-soft px-3 py-2 text-danger-ink text-sm">
          It stopped after line {change.doneTo}: {change.error}
        </p>
      ) : null}
      {change.confirmedAt ? <ProgressBar done={change.doneTo} lines={change.lines} /> : null}
      <Counts
        counts={counts}
        items={items}
        current={outcome}
        done={change.finishedAt !== null}
        to={(outcome) => (outcome ? `${here}?outcome=${outcome}` : here)}
      />
      <SearchForm action={here} label="Search addresses" value={kept.search}>
        {outcome ? <input type="hidden" name="outcome" value={outcome} /> : null}
      </SearchForm>
      {lines.length === 0 ? (
        <EmptyState title="No line is like that">
          {items === 0 ? "Its lines were kept for 90 days." : "Search for another part of the address, or show all."}
        </EmptyState>
      ) : (
        <BulkLinesTable rows={lines} doneTo={change.doneTo} />
      )}
      <Pager label="Pages of lines" first={after ? to({}) : null} next={next ? to({ after: String(next) }) : null} />
    </>
  );
}

interface CountsProps {
  counts: Partial<Record<Outcome, number>>;
  items: number;
  current?: Outcome;
  done: boolean;
  to: (outcome?: Outcome) => string;
}

function Counts({ counts, items, current, done, to }: CountsProps) {
  const shown = Object.entries(OUTCOMES).filter(([outcome]) => (counts[outcome as Outcome] ?? 0) > 0);
  const all = [
    { key: undefined, label: "All lines", count: items },
    ...shown.map(([outcome, words]) => ({
      key: outcome as Outcome,
      label: words[done ? "after" : "before"],
      count: counts[outcome as Outcome] ?? 0,
    })),
  ];
  return (
    <nav aria-label="Outcomes" className="mb-4 flex flex-wrap gap-2 text-sm">
      {all.map(({ key, label, count }) => (
        <Link
          key={label}
          href={to(key)}
          aria-current={key === current ? "page" : undefined}
          className={`rounded-md border px-2.5 py-1 ${key === current ? "border-accent bg-accent-soft text-accent-ink" : "border-line text-ink hover:bg-raised"}`}
        >
          {label} <span className="tabular-nums">({count})</span>
        </Link>
      ))}
    </nav>
  );
}

function consequenceOf({ kind, product }: BulkView, counts: CountsProps["counts"]): string {
  const of = (...outcomes: Outcome[]) => outcomes.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
  const who = (count: number, one: string, many: string) => `${plural(count, "member")} ${count === 1 ? one : many}`;
  const left = of("unknown", "bad");
  const rest = left > 0 ? ` ${plural(left, "line")} can't be used and will be left out.` : "";
  if (kind === "grant") {
    return `${who(of("gains", "suspended"), "gains", "gain")} ${product.name}, ${who(of("changes"), "gets", "get")} another end.${rest}`;
  }
  const keeping = who(of("keeps"), "loses the grant and keeps", "lose the grant and keep");
  return `${who(of("loses"), "loses", "lose")} access to ${product.name} with their next request; ${keeping} access otherwise.${rest}`;
}
