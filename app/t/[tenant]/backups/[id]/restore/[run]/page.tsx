import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { DoRestore } from "#components/backups/do-restore.tsx";
import { RestoreReportView } from "#components/backups/restore-report.tsx";
import { scopeWords } from "#components/backups/words.ts";
import { Polling } from "#components/polling.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { isUnderWay } from "#components/runs/words.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { reportOf } from "#lib/backup/index.ts";
import { exactTime } from "#lib/format.ts";
import { viewRun } from "#lib/runs/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { look, restore } from "../../../actions.ts";

export const metadata: Metadata = { title: "Restore" };

interface Props {
  params: Promise<{ tenant: string; id: string; run: string }>;
}

/** What a restore would change, as it was looked at in a run; and the way to do it. */
export default async function RestorePage({ params }: Props) {
  const { tenant, id, run: runId } = await params;
  const { ctx } = await requireTeam(tenant);
  const { slug } = ctx.tenant;
  const base = `/t/${slug}/backups`;
  const run = await onPage(() => viewRun(ctx, runId));
  if (run.subjectId !== id || run.kind !== "backup.preview") notFound();
  const report = run.state === "done" ? reportOf(run) : null;
  return (
    <>
      <Trail href={`${base}/${id}`}>Backup</Trail>
      <PageHeader title="What the restore would change">
        {report ? `As of ${exactTime(new Date(report.takenAt))}: ${scopeWords(report.wanted)}. ` : ""}
        Nothing is changed until you restore. If the workspace changes meanwhile, you are asked to look again.
      </PageHeader>
      <Polling busy={isUnderWay(run.state)} />
      {report ? (
        <>
          <RestoreReportView report={report} />
          <DoRestore
            decision={decide(ctx.actor, "backup.restore")}
            report={report}
            base={`${base}/${id}/restore`}
            runs={`/t/${slug}/runs`}
            onLook={look.bind(null, slug)}
            onRestore={restore.bind(null, slug)}
            lookedAt={runId}
          />
        </>
      ) : (
        <EmptyState title={isUnderWay(run.state) ? "Comparing the backup with the workspace" : "That did not work"}>
          {run.error ?? (run.phase || "A worker takes it up in a moment.")}
        </EmptyState>
      )}
    </>
  );
}
