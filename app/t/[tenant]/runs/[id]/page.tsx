import type { Metadata } from "next";
import Link from "next/link";
import { Trail } from "#components/registry/trail.tsx";
import { CancelRun } from "#components/runs/cancel-run.tsx";
import { RunProgress } from "#components/runs/run-progress.tsx";
import { isUnderWay, RUN_STATES, tookOf } from "#components/runs/words.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Time } from "#components/ui/time.tsx";
import { decide } from "#lib/access/index.ts";
import { type RunView, viewRunWithLog } from "#lib/runs/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { cancel } from "../actions.ts";

export const metadata: Metadata = { title: "Run" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
}

export default async function RunPage({ params }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const base = `/t/${ctx.tenant.slug}/runs`;
  const { run, lines } = await onPage(() => viewRunWithLog(ctx, id));
  const shown = lines.map((line) => ({ ...line, at: line.at.toISOString() }));
  return (
    <>
      <Trail href={base}>Runs</Trail>
      <PageHeader
        title={run.label}
        action={
          isUnderWay(run.state) ? (
            <CancelRun decision={decide(ctx.actor, run.start)} onCancel={cancel.bind(null, ctx.tenant.slug, id)} />
          ) : null
        }
      >
        <span className="flex flex-wrap items-center gap-2">
          <Badge tone={RUN_STATES[run.state].tone}>{RUN_STATES[run.state].word}</Badge>
          <Subject run={run} base={`/t/${ctx.tenant.slug}`} />
        </span>
      </PageHeader>
      {run.error ? (
        <p role="alert" className="mb-4 rounded-md bg-danger-soft px-3 py-2 text-danger-ink text-sm">
          {run.error}
        </p>
      ) : null}
      {run.summary ? <p className="mb-4 text-sm">{run.summary}</p> : null}
      <Outcome run={run} base={`/t/${ctx.tenant.slug}`} />
      <div className="mb-5">
        <Facts facts={factsOf(run, ctx.now)} />
      </div>
      <RunProgress first={{ ...run, lines: shown }} events={`${base}/${id}/events?after=${lines.at(-1)?.n ?? 0}`} />
    </>
  );
}

function Subject({ run: { subjectLabel, subjectPage }, base }: { run: RunView; base: string }) {
  if (!subjectPage) return subjectLabel;
  return (
    <Link href={`${base}/${subjectPage}`} className="rounded text-accent-ink hover:underline">
      {subjectLabel}
    </Link>
  );
}

/** Where what came of it is, beside what it was done to. */
function Outcome({ run: { kind, details, subjectPage }, base }: { run: RunView; base: string }) {
  const { backupId } = (details ?? {}) as { backupId?: string };
  if (kind !== "backup.create" || !backupId || subjectPage) return null;
  return (
    <p className="mb-4 text-sm">
      <Link href={`${base}/backups/${backupId}`} className="rounded text-accent-ink hover:underline">
        The backup
      </Link>
    </p>
  );
}

function factsOf(run: RunView, now: Date) {
  const { finishedAt, queuedAt, startedByLabel, cancelledBy, attempt } = run;
  return [
    ["Started by", startedByLabel],
    ["Asked for", <Time key="queued" at={queuedAt} now={now} />],
    ...(finishedAt ? [["Took", tookOf(run, now)] as const] : []),
    ...(cancelledBy ? [["Stopped by", cancelledBy] as const] : []),
    ...(attempt > 1 ? [["Begun", `${attempt} times: workers stopped while they had it`] as const] : []),
  ] as const;
}
