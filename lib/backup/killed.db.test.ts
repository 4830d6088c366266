import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { performRuns, viewRun } from "#lib/runs/index.ts";
import { namedFiles } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, isWhole, pushImage, swept } from "#lib/testing/index.ts";
import { archiveName } from "./files.ts";
import { BACKUP_RUNS, lookAtRestore, makeBackup, startBackup, startRestore, tidyBackups, viewBackup } from "./index.ts";
import { PASSPHRASE, withPassphrase } from "./restore.contract.ts";

const work = () => performRuns({ signal: new AbortController().signal, runs: BACKUP_RUNS });

/** Has a worker take the run, and kills it (−9) where it has come to that step. */
async function killedAt(step: string, runId: string): Promise<void> {
  const file = path.join(import.meta.dirname, "dying-worker.fixture.ts");
  const worker = spawn(process.execPath, [file, step], { stdio: ["ignore", "pipe", "inherit"] });
  await once(worker.stdout, "data");
  const gone = once(worker, "exit");
  worker.kill("SIGKILL");
  await gone;
  const row = () => db().operationRun.findUniqueOrThrow({ where: { id: runId } });
  expect(await row()).toMatchObject({ state: "running", attempt: 1 });
  // What it held ends a little later than the process.
  await expect
    .poll(() => db().$executeRaw`SELECT 1 FROM operation_runs WHERE id = ${runId}::uuid FOR UPDATE NOWAIT`, {
      timeout: 30_000,
    })
    .toBe(1);
  await db().operationRun.update({ where: { id: runId }, data: { leaseUntil: new Date(Date.now() - 1000) } });
}

/** All that a tenant has but its runs, which say that one was begun. */
async function state(t: Fixture) {
  const { operation_runs: _, operation_run_lines: __, ...rows } = await t.rows();
  return rows;
}

describe("a worker that is killed", () => {
  it("while it makes a backup leaves none: the run says so, the file goes, and another one is made", async () => {
    const t = await freshTenant();
    await withPassphrase(t);
    const { run } = await startBackup(t.ctx, { withBytes: true });
    await killedAt("backup written", run.id);
    const dead = await db().backup.findFirstOrThrow({ where: { tenantId: t.tenant.id } });
    expect(dead.state).toBe("writing");
    await work();
    expect(await viewRun(t.ctx, run.id)).toMatchObject({
      state: "failed",
      error: expect.stringContaining("Start it again"),
    });
    const { run: next } = await startBackup(t.ctx);
    await work();
    expect(await viewRun(t.ctx, next.id)).toMatchObject({ state: "done" });
    await tidyBackups(new Date(Date.now() + 180_000));
    expect(await viewBackup(t.ctx, dead.id)).toMatchObject({ state: "failed", error: expect.stringContaining("died") });
    expect(await namedFiles().size(archiveName(dead))).toBeNull();
  }, 90_000);

  it.each(["layers restored", "rows restored"])(
    "while it restores, with its %s, has changed nothing, and the next one does all of it",
    async (step) => {
      const t = await freshTenant();
      await withPassphrase(t);
      const { layer } = await pushImage(t.ctx, t.repository);
      const backup = await makeBackup(t.ctx, { withBytes: true });
      const of = { where: { tenantId: t.tenant.id } };
      await db().tag.deleteMany(of);
      await db().manifest.deleteMany(of);
      await db().repositoryBlob.deleteMany(of);
      await swept();
      const wanted = { backupId: backup.id };
      const { run: looked } = await lookAtRestore(t.ctx, { wanted, passphrase: PASSPHRASE });
      await work();
      const before = await state(t);
      const { run } = await startRestore(t.ctx, { lookedAt: looked.id, passphrase: PASSPHRASE });
      await killedAt(step, run.id);
      expect(await state(t)).toEqual(before);
      await work();
      expect(await viewRun(t.ctx, run.id)).toMatchObject({ state: "done", attempt: 2 });
      expect(await db().tag.count(of)).toBe(1);
      expect(await isWhole(layer)).toBe(true);
    },
    90_000,
  );
});
