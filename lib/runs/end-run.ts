import type { Actor } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import type { OperationRun, Prisma, Tx } from "#lib/db/index.ts";
import { subjectOf } from "./start-run.ts";

interface End {
  run: OperationRun;
  /** Whoever ended it before its time; the system where it ended by itself. */
  by?: Actor;
  state: "done" | "failed" | "cancelled";
  data: { summary?: string; details?: Prisma.InputJsonObject; error?: string; cancelledBy?: string };
}

/** Ends a run that the caller has locked, and records it. */
export async function endRun(tx: Tx, { run, state, data, by = { type: "system" } }: End): Promise<void> {
  const { id, label, subjectLabel } = run;
  const over = { state, finishedAt: new Date(), leaseId: null, leaseUntil: null, secret: null };
  await tx.operationRun.update({ where: { id }, data: { ...over, ...data } });
  const said = { ...subjectOf(run, subjectLabel), state, ...(data.summary && { summary: data.summary }) };
  await record(
    tx,
    { tenant: { id: run.tenantId }, actor: by, requestId: run.requestId },
    {
      action: "run.finished",
      subject: { type: "run", id, label },
      after: said,
      ...(data.error && { reason: data.error }),
    },
  );
}
