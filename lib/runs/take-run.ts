import { type OperationRun, query, type Tx, transaction } from "#lib/db/index.ts";
import { newId } from "../ids.ts";
import type { RunDefinition } from "./define-run.ts";
import { endRun } from "./end-run.ts";
import { writeLine } from "./run-log.ts";

export const LEASE_SECONDS = 20;
/** Of one tenant, so that a long one of one keeps nobody else waiting. */
const OF_ONE_TENANT = 2;
/** After so many workers died with it, it is likely that it kills them. */
const DEATHS_MAX = 3;

/** Takes the run that waits longest, of a tenant that hasn't its share under way; null where there is none. */
export async function takeNext(kinds: readonly string[]): Promise<OperationRun | null> {
  const leaseId = newId();
  const taken = await query(
    (db) => db.$queryRaw<{ id: string }[]>`
      UPDATE operation_runs SET state = 'running', lease_id = ${leaseId}::uuid, attempt = attempt + 1,
        lease_until = now() + make_interval(secs => ${LEASE_SECONDS}), started_at = coalesce(started_at, now())
      WHERE state = 'queued' AND id = (
        SELECT r.id FROM operation_runs r
        WHERE r.state = 'queued' AND r.kind = ANY(${kinds}) AND ${OF_ONE_TENANT} > (
          SELECT count(*) FROM operation_runs o WHERE o.tenant_id = r.tenant_id AND o.state = 'running')
        ORDER BY r.id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id`,
  );
  const id = taken[0]?.id;
  return id ? query((db) => db.operationRun.findUnique({ where: { id } })) : null;
}

/** Queues again, or fails, what a worker had that gave no sign of life any more. */
export async function giveUpTheDead(kinds: ReadonlyMap<string, Pick<RunDefinition, "onDeath">>): Promise<void> {
  while (await giveUpOne(kinds));
}

function giveUpOne(kinds: ReadonlyMap<string, Pick<RunDefinition, "onDeath">>): Promise<boolean> {
  return transaction(async (tx) => {
    const [dead] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM operation_runs WHERE state = 'running' AND lease_until < now() LIMIT 1 FOR UPDATE SKIP LOCKED`;
    if (!dead) return false;
    const run = await tx.operationRun.findUniqueOrThrow({ where: { id: dead.id } });
    await writeLine(tx, run, { level: "warning", text: "The worker that had it stopped without a word." });
    await letGo(tx, run, kinds.get(run.kind)?.onDeath ?? "fail");
    return true;
  });
}

/** Gives a run back for another worker, or fails it where it can't be done twice. The caller has locked it. */
export async function letGo(tx: Tx, run: OperationRun, onDeath: RunDefinition["onDeath"]): Promise<void> {
  if (run.cancelledBy !== null) return endRun(tx, { run, state: "cancelled", data: {} });
  const again = onDeath === "again" && run.attempt < DEATHS_MAX;
  if (!again) return endRun(tx, { run, state: "failed", data: { error: deathOf(run, onDeath) } });
  await tx.operationRun.update({
    where: { id: run.id },
    data: { state: "queued", leaseId: null, leaseUntil: null, done: 0, total: null, phase: "" },
  });
}

function deathOf({ attempt }: OperationRun, onDeath: RunDefinition["onDeath"]): string {
  if (onDeath === "again") return `${attempt} workers stopped while they had it. The server's log says why.`;
  return "The server stopped while this was under way. Start it again.";
}
