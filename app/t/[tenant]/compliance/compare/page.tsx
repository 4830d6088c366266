import type { Metadata } from "next";
import { DifferencesTable } from "#components/providers/differences-table.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { compareSnapshots } from "#lib/compliance/index.ts";
import { exactTime, plural } from "#lib/format.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Compare snapshots" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

const SHOWN = 1000;

export default async function ComparePage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { from = "", to = "" } = given(await searchParams, ["from", "to"]);
  const here = `/t/${ctx.tenant.slug}/compliance`;
  const { before, after, differences } = await onPage(() => compareSnapshots(ctx, { from, to }));
  return (
    <>
      <Trail href={here}>Compliance</Trail>
      <PageHeader title="What changed">
        From {exactTime(before)} to {exactTime(after)}: {plural(differences.length, "change")}.
      </PageHeader>
      {differences.length === 0 ? (
        <EmptyState title="Nothing changed">Both show the same people, grants, tokens, tags and policies.</EmptyState>
      ) : (
        <DifferencesTable differences={differences.slice(0, SHOWN)} />
      )}
      {differences.length > SHOWN ? (
        <p className="mt-2 text-[13px] text-soft">The first {SHOWN}; the files of both snapshots have all.</p>
      ) : null}
    </>
  );
}
