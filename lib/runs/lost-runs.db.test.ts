import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { db, query, transaction } from "#lib/db/index.ts";
import { freshTenant } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { groupRun } from "./group-run.fixture.ts";
import { performRuns, viewRun, viewRunWithLog } from "./index.ts";
import { performOne } from "./perform-one.ts";
import { aKind, gate, perform, rowOf, start, until } from "./runs.contract.ts";
import { takeNext } from "./take-run.ts";

describe("a run whose worker is gone", () => {
  /** As a worker leaves it that was killed: taken, and never heard of again. */
  async function left(id: string, attempt = 1) {
    const dead = { state: "running", leaseId: newId(), leaseUntil: new Date(Date.now() - 1000), attempt } as const;
    await db().operationRun.update({ where: { id }, data: dead });
  }

  it("is begun again where it may be, at most three times", async () => {
    const t = await freshTenant();
    const attempts: number[] = [];
    const run = aKind(async ({ attempt }) => {
      attempts.push(attempt);
      return { summary: "after all" };
    });
    const { run: first } = await start(t.ctx, run);
    await left(first.id);
    await perform(run);
    expect(attempts).toEqual([2]);
    expect(await viewRun(t.ctx, first.id)).toMatchObject({ state: "done", summary: "after all" });
    expect((await viewRunWithLog(t.ctx, first.id)).lines).toMatchObject([{ level: "warning" }]);
    const { run: second } = await start(t.ctx, run);
    await left(second.id, 3);
    await perform(run);
    expect(await viewRun(t.ctx, second.id)).toMatchObject({
      state: "failed",
      error: expect.stringContaining("3 workers"),
    });
  });

  it("fails with words where it may not be done twice", async () => {
    const t = await freshTenant();
    const run = aKind(async () => ({ summary: "twice" }), { onDeath: "fail" });
    const { run: started } = await start(t.ctx, run);
    await left(started.id);
    await perform(run);
    expect(await viewRun(t.ctx, started.id)).toMatchObject({
      state: "failed",
      error: expect.stringContaining("Start it again"),
    });
  });

  it("is given back by a worker that stops, and counts no death", async () => {
    const t = await freshTenant();
    const begun = gate();
    let attempts = 0;
    const run = aKind(async ({ signal, attempt }) => {
      attempts = attempt;
      if (begun) begun.open();
      return stopping.signal.aborted ? { summary: "elsewhere" } : until(signal);
    });
    const stopping = new AbortController();
    const { run: started } = await start(t.ctx, run);
    const working = performRuns({ signal: stopping.signal, runs: [run] });
    await begun.opened;
    stopping.abort(new Error("the server stops"));
    await expect(working).rejects.toThrow("the server stops");
    expect(await rowOf(started.id)).toMatchObject({ state: "queued", attempt: 0, leaseId: null });
    await perform(run);
    expect(attempts).toBe(1);
    expect(await viewRun(t.ctx, started.id)).toMatchObject({ state: "done", summary: "elsewhere" });
  });

  it("is given back where its worker was told to stop while it asked for one", async () => {
    const t = await freshTenant();
    const run = aKind(async () => ({ summary: "begun all the same" }));
    const { run: started } = await start(t.ctx, run);
    const taken = await takeNext([run.kind]);
    if (!taken) throw new Error("it waits to be taken");
    await performOne(taken, { definition: run, stopping: AbortSignal.abort(new Error("the server stops")) });
    expect(await rowOf(started.id)).toMatchObject({ state: "queued", attempt: 0, leaseId: null });
  });

  it("leaves nothing half done when it is killed in the middle, and is done once by the next", async () => {
    const t = await freshTenant();
    const kind = `test.${newId()}`;
    const run = groupRun(kind, async () => undefined);
    const { run: started } = await start(t.ctx, run);
    const worker = spawn(process.execPath, [path.join(import.meta.dirname, "dying-worker.fixture.ts"), kind], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(worker.stdout, "data");
    const gone = once(worker, "exit");
    worker.kill("SIGKILL");
    await gone;
    const groups = () => db().memberGroup.count({ where: { tenantId: t.tenant.id } });
    expect(await groups()).toBe(0);
    // Its connection's end may be heard of a little later than the process's.
    await expect.poll(() => rowOf(started.id), { timeout: 30_000 }).toMatchObject({ state: "running", attempt: 1 });
    await db().operationRun.update({ where: { id: started.id }, data: { leaseUntil: new Date(Date.now() - 1000) } });
    await perform(run);
    expect(await viewRun(t.ctx, started.id)).toMatchObject({ state: "done", attempt: 2, summary: "made" });
    expect(await groups()).toBe(1);
  });

  it("that comes to itself again changes nothing: another one has the run", async () => {
    const t = await freshTenant();
    const [begun, release] = [gate(), gate()];
    let refused: unknown;
    const run = aKind(async ({ finish, hold }) => {
      begun.open();
      await release.opened;
      refused = await transaction((tx) => hold(tx)).catch((error: Error) => error.message);
      return transaction((tx) => finish(tx, { summary: "too late" }));
    });
    const { run: started } = await start(t.ctx, run);
    const working = perform(run);
    await begun.opened;
    const theirs = newId();
    await query((client) => client.operationRun.update({ where: { id: started.id }, data: { leaseId: theirs } }));
    release.open();
    await working;
    expect(refused).toContain("another worker's");
    expect(await rowOf(started.id)).toMatchObject({ state: "running", leaseId: theirs, summary: null });
    await db().operationRun.update({ where: { id: started.id }, data: { state: "failed" } });
  });
});
