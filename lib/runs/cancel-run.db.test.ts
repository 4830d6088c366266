import { describe, expect, it } from "vitest";
import { transaction } from "#lib/db/index.ts";
import { freshTenant } from "#lib/testing/index.ts";
import { cancelRun, listRuns, viewRun, viewRunWithLog } from "./index.ts";
import { aKind, gate, perform, rowOf, start, until } from "./runs.contract.ts";

describe("cancelling a run", () => {
  it("ends one that is queued, and stops one that is under way", async () => {
    const t = await freshTenant();
    const begun = gate();
    const run = aKind(async ({ signal }) => {
      begun.open();
      return until(signal);
    });
    const queued = await start(t.ctx, run, { secret: "x" });
    expect(await cancelRun(t.as("operator"), { runId: queued.run.id })).toEqual({ changed: true });
    expect(await cancelRun(t.ctx, { runId: queued.run.id })).toEqual({ changed: false });
    expect(await rowOf(queued.run.id)).toMatchObject({
      state: "cancelled",
      secret: null,
      cancelledBy: t.users.operator.email,
    });
    const { run: started } = await start(t.ctx, run);
    const working = perform(run);
    await begun.opened;
    expect(await cancelRun(t.ctx, { runId: started.id })).toEqual({ changed: true });
    expect(await cancelRun(t.ctx, { runId: started.id })).toEqual({ changed: false });
    await working;
    expect(await rowOf(started.id)).toMatchObject({
      state: "cancelled",
      cancelledBy: t.users.owner.email,
      leaseId: null,
    });
  });

  it("is refused to who may not start it, and changes nothing; another tenant's is not there", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const { run } = await start(
      t.ctx,
      aKind(async () => ({ summary: "" })),
    );
    const before = await t.rows();
    await expect(cancelRun(t.as("readonly"), { runId: run.id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(cancelRun(other.ctx, { runId: run.id })).rejects.toMatchObject({ code: "not_found" });
    await expect(viewRun(other.ctx, run.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(viewRunWithLog(other.ctx, run.id)).rejects.toMatchObject({ code: "not_found" });
    expect((await listRuns(other.ctx, {})).runs).toEqual([]);
    expect(await t.rows()).toEqual(before);
  });

  it("comes too late for what was done in the run's own transaction", async () => {
    const t = await freshTenant();
    const [holding, asked] = [gate(), gate()];
    const run = aKind(async ({ finish }) =>
      transaction(async (tx) => {
        const result = await finish(tx, { summary: "kept" });
        holding.open();
        await asked.opened;
        return result;
      }),
    );
    const { run: started } = await start(t.ctx, run);
    const working = perform(run);
    await holding.opened;
    const cancelling = cancelRun(t.ctx, { runId: started.id });
    asked.open();
    expect(await cancelling).toEqual({ changed: false });
    await working;
    expect(await rowOf(started.id)).toMatchObject({ state: "done", summary: "kept", cancelledBy: null });
  });
});
