import type { Metadata } from "next";
import { CompareForm } from "#components/compliance/compare-form.tsx";
import { SnapshotsTable } from "#components/compliance/snapshots-table.tsx";
import { OperationButtons } from "#components/providers/operation-buttons.tsx";
import { Section } from "#components/registry/section.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { decide } from "#lib/access/index.ts";
import { instancePublicKey, listSnapshots } from "#lib/compliance/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { take } from "./actions.ts";

export const metadata: Metadata = { title: "Compliance" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function CompliancePage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { after } = given(await searchParams, ["after"]);
  const base = `/t/${ctx.tenant.slug}`;
  const here = `${base}/compliance`;
  const { snapshots, next } = await onPage(() => listSnapshots(ctx, { after }), here);
  const operation = {
    label: "Take a snapshot",
    decision: decide(ctx.actor, "provider.snapshotCompliance"),
    onStart: take.bind(null, ctx.tenant.slug),
  };
  return (
    <>
      <PageHeader title="Compliance" action={<OperationButtons operations={[operation]} runs={`${base}/runs`} />}>
        Signed pictures of who may have what at a moment, by which grant, with the team, its tokens, tags and policies.
        What was taken is never changed.
      </PageHeader>
      {snapshots.length === 0 ? (
        <EmptyState title="No snapshot so far">
          Take the first one now; the next shows what has changed since.
        </EmptyState>
      ) : (
        <SnapshotsTable snapshots={snapshots} base={here} now={ctx.now} />
      )}
      <Pager label="Pages of snapshots" first={after ? here : null} next={next ? `${here}?after=${next}` : null} />
      {snapshots.length > 1 ? (
        <Section title="Compare">
          <CompareForm snapshots={snapshots} action={`${here}/compare`} />
        </Section>
      ) : null}
      <Section title="Checking a snapshot without Purser">
        <p className="mb-2 text-sm text-soft">
          Take its JSON, and run <code>node verify-snapshot.mjs</code> of Purser’s <code>scripts</code> on it with this
          key: it says whether a letter was changed since it was signed here.
        </p>
        <CopyField label="The instance’s public key" value={instancePublicKey()} />
      </Section>
    </>
  );
}
