import { beforeEach, describe, expect, it } from "vitest";
import { db, transaction } from "#lib/db/index.ts";
import { freshTenant, NO_GRACE, pushBlob, randomBlob } from "#lib/testing/index.ts";
import { findRun, freedBytes, lastCleanup, listRuns, requestRun, runCleanups } from "./index.ts";

const signal = new AbortController().signal;
const run = (scheduled = false) => runCleanups({ signal, scheduled, limits: NO_GRACE });
const ask = (dry: boolean) => transaction((tx) => requestRun(tx, { type: "system" }, { dry }));

beforeEach(() => run(true));

describe("a clean-up that was asked for", () => {
  it("waits, is done once, and says what it freed, to each tenant its own", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const shared = randomBlob(1000);
    await pushBlob(t.ctx, t.repository, shared);
    await pushBlob(t.ctx, t.repository, randomBlob(500));
    await pushBlob(other.ctx, other.repository, shared);
    const asked = await ask(false);
    expect(await ask(false)).toEqual({ id: asked.id, made: false });
    expect(await findRun(asked.id)).toMatchObject({ state: "waiting", requestedBy: "Purser", dry: false });
    await run();
    const done = await findRun(asked.id);
    expect(done).toMatchObject({ state: "done", report: { links: 3, blobs: 2, blobBytes: 1500 } });
    expect(done && freedBytes(done.report)).toBe(1500);
    expect((await lastCleanup(t.ctx)).freed).toMatchObject({ blobs: 2, bytes: 1500 });
    expect((await lastCleanup(other.ctx)).freed).toMatchObject({ blobs: 1, bytes: 1000 });
    expect((await lastCleanup(t.ctx)).ranAt).toEqual(done?.finishedAt);
    const before = (await listRuns(10)).length;
    await run();
    expect(await listRuns(10)).toHaveLength(before);
  });

  it("as a preview counts what would go, and removes nothing", async () => {
    const t = await freshTenant();
    await pushBlob(t.ctx, t.repository, randomBlob(1000));
    const before = await t.rows();
    const preview = await ask(true);
    await run();
    expect(await t.rows()).toEqual(before);
    const told = await findRun(preview.id);
    expect(told).toMatchObject({ state: "done", dry: true, report: { links: 1, blobs: 1, blobBytes: 1000 } });
    await run(true);
    expect((await listRuns(1))[0]?.report).toEqual(told?.report);
  });

  it("is taken up where a process left it that died, and counts on", async () => {
    const t = await freshTenant();
    await pushBlob(t.ctx, t.repository, randomBlob(1000));
    const { id } = await ask(false);
    const report = { links: 5, blobs: 5, blobBytes: 5000 };
    await db().cleanupRun.update({ where: { id }, data: { startedAt: new Date(0), report } });
    expect(await findRun(id)).toMatchObject({ state: "running" });
    await run();
    expect(await findRun(id)).toMatchObject({ state: "done", report: { links: 6, blobs: 6, blobBytes: 6000 } });
  });

  it("stays to be done where its process is told to stop", async () => {
    const { id } = await ask(false);
    const stopping = AbortSignal.abort();
    await expect(runCleanups({ signal: stopping, scheduled: false, limits: NO_GRACE })).rejects.toThrow("aborted");
    expect(await findRun(id)).toMatchObject({ state: "running", finishedAt: null });
    await run();
    expect(await findRun(id)).toMatchObject({ state: "done" });
  });

  it("that fails says why, and the next one is not held up", async () => {
    const { id } = await ask(false);
    await runCleanups({ signal, scheduled: false, limits: { ...NO_GRACE, uploadIdleMs: 1e300 } });
    expect(await findRun(id)).toMatchObject({
      state: "failed",
      error: expect.stringMatching(/interval out of range/) as string,
    });
    await run(true);
    expect((await listRuns(1))[0]).toMatchObject({ state: "done" });
  });
});
