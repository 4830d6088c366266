import type { Metadata } from "next";
import { AdoptersTable } from "#components/insight/adopters-table.tsx";
import { InsightFilter } from "#components/insight/insight-filter.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Input, Select } from "#components/ui/field.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { AdopterFilter, listAdopters, listChoices } from "#lib/insight/index.ts";
import { given, onPage, requireTeam } from "#lib/web/index.ts";
import { askedBy, chosenOf, type InsightProps, queryOf } from "../asked.ts";
import { InsightFrame, NothingYet, Titled } from "../frame.tsx";

export const metadata: Metadata = { title: "Who runs what" };

export default async function AdoptersPage({ params, searchParams }: InsightProps) {
  const { ctx } = await requireTeam((await params).tenant);
  const query = await searchParams;
  const asked = askedBy(query);
  const own = ctx.tenant.slug;
  const base = `/t/${own}/insight`;
  const here = `${base}/adopters`;
  const choices = await onPage(() => listChoices(ctx));
  const product = chosenOf(choices, asked);
  if (!product) {
    return (
      <InsightFrame tenant={own} current="Adopters" asked={asked} period={false}>
        <NothingYet tenant={own} products={false} />
      </InsightFrame>
    );
  }
  const { wrong, ...narrowed } = filtersOf(given(query, ["version", "behind", "idle", "fetched"]));
  const { search, after } = asked;
  const { rows, next } = await onPage(() => listAdopters(ctx, { product, ...narrowed, search, after }), here);
  const filters = { product, ...narrowed, search };
  const to = (after?: string) => here + queryOf({ ...filters, after });
  return (
    <InsightFrame tenant={own} current="Adopters" asked={{ ...asked, product }} period={false}>
      <InsightFilter
        action={here}
        products={choices}
        product={product}
        search={{ label: "Search members", value: search }}
      >
        <Narrowing narrowed={narrowed} />
      </InsightFilter>
      {wrong ? (
        <p role="alert" className="mb-3 text-[13px] text-danger-ink">
          {wrong}
        </p>
      ) : null}
      <Titled
        title="Who runs what"
        lead="The highest version that each member ever fetched, the lowest first. Behind counts published stable versions above it."
        csv={rows.length > 0 ? `${base}/export${queryOf({ of: "adopters", ...filters })}` : undefined}
      >
        {rows.length > 0 ? (
          <AdoptersTable rows={rows} base={`/t/${own}/members`} now={ctx.now} />
        ) : (
          <EmptyState title="Nobody">
            {narrowed.fetched === "never"
              ? "Everyone who may have it has fetched something of it."
              : "No member’s newest fetched version is like that. Loosen a filter, or choose “Never fetched”."}
          </EmptyState>
        )}
      </Titled>
      <Pager label="Pages of members" first={after ? to() : null} next={next ? to(next) : null} />
    </InsightFrame>
  );
}

type Narrowed = Partial<Record<"version" | "behind" | "idle", string>> & { fetched?: "yes" | "never" };

const WORDS = {
  version: "is no version and no range: write 1.4.0, ^1.2 or <2.0",
  behind: "is no number of versions",
  idle: "is no number of days",
  fetched: "is no choice",
} as const;

/** The filters that are some, and a sentence about those that are none: a version is typed by hand. */
function filtersOf(typed: Partial<Record<keyof typeof WORDS, string>>): Narrowed & { wrong: string | null } {
  const names = Object.keys(typed) as (keyof typeof WORDS)[];
  const bad = names.filter((name) => !AdopterFilter.shape[name].safeParse(typed[name]).success);
  const good = Object.fromEntries(names.filter((name) => !bad.includes(name)).map((name) => [name, typed[name]]));
  return { ...(good as Narrowed), wrong: bad.map((name) => `“${typed[name]}” ${WORDS[name]}.`).join(" ") || null };
}

function Narrowing({ narrowed: { version, behind, idle, fetched } }: { narrowed: Narrowed }) {
  return (
    <>
      <Select name="fetched" aria-label="Fetched" defaultValue={fetched ?? "yes"} key={fetched} className="max-w-40">
        <option value="yes">Fetched</option>
        <option value="never">Never fetched</option>
      </Select>
      <Input
        name="version"
        key={`version ${version}`}
        aria-label="Version or range"
        placeholder="Version, or <2.0"
        defaultValue={version}
        maxLength={200}
        className="max-w-40"
      />
      <Count name="behind" label="Behind by at least (versions)" placeholder="Behind by" value={behind} />
      <Count name="idle" label="Not fetched for (days)" placeholder="Idle days" value={idle} />
    </>
  );
}

function Count({
  name,
  label,
  placeholder,
  value,
}: {
  name: string;
  label: string;
  placeholder: string;
  value?: string;
}) {
  return (
    <Input
      type="number"
      min={1}
      max={3650}
      name={name}
      key={`${name} ${value}`}
      aria-label={label}
      title={label}
      placeholder={placeholder}
      defaultValue={value}
      className="max-w-28"
    />
  );
}
