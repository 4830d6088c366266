import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { performRuns, viewRun } from "#lib/runs/index.ts";
import { type Fixture, freshTenant } from "#lib/testing/index.ts";
import {
  BACKUP_RUNS,
  listBackups,
  lookAtRestore,
  reportOf,
  startBackup,
  startDueBackups,
  startRestore,
  startVerify,
  updateBackupSettings,
} from "./index.ts";
import { asked, PASSPHRASE, withPassphrase } from "./restore.contract.ts";

const work = () => performRuns({ signal: new AbortController().signal, runs: BACKUP_RUNS });

async function done(t: Fixture, started: Promise<{ run: { id: string } }>) {
  const { run } = await started;
  await work();
  return viewRun(t.ctx, run.id);
}

describe("runs of backups", () => {
  it("make, verify, look at and restore one, each by its capability", async () => {
    const t = await freshTenant();
    await withPassphrase(t);
    await expect(startBackup(t.as("readonly"))).rejects.toMatchObject({ code: "forbidden" });
    const [one, other] = await Promise.all([startBackup(t.as("operator")), startBackup(t.ctx)]);
    expect([one.made, other.made].sort()).toEqual([false, true]);
    expect(one.run.id).toBe(other.run.id);
    expect(await done(t, Promise.resolve(one))).toMatchObject({ state: "done", error: null });
    const [backup] = (await listBackups(t.ctx)).backups;
    expect(backup).toMatchObject({ state: "kept", contents: { tables: { products: 1 } } });
    const id = backup?.id ?? "";
    expect(await done(t, startVerify(t.as("operator"), id))).toMatchObject({ state: "done" });

    await db().product.update({ where: { id: t.product.id }, data: { name: "Renamed" } });
    const wanted = asked({ id } as never, { part: "product", product: t.product.slug });
    await expect(lookAtRestore(t.as("operator"), { wanted, passphrase: PASSPHRASE })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(lookAtRestore(t.ctx, { wanted, passphrase: "another one" })).rejects.toMatchObject({
      code: "invalid",
      fields: { passphrase: "is not the one that this backup's key was made with" },
    });
    const looked = await done(t, lookAtRestore(t.as("manager"), { wanted, passphrase: PASSPHRASE }));
    expect(reportOf(looked).tables).toContainEqual({ table: "products", added: 0, changed: 1, removed: 0 });
    const restored = await done(t, startRestore(t.as("manager"), { lookedAt: looked.id, passphrase: PASSPHRASE }));
    expect(restored).toMatchObject({ state: "done", summary: expect.stringContaining("1 changed") });
    expect((await db().product.findUniqueOrThrow({ where: { id: t.product.id } })).name).toBe(t.product.name);
    const kept = await db().operationRun.findMany({
      where: { tenantId: t.tenant.id },
      select: { input: true, details: true, secret: true },
    });
    expect(JSON.stringify(kept)).not.toContain("AGE-SECRET-KEY");
    expect(kept.every(({ secret }) => secret === null)).toBe(true);
  }, 60_000);

  it("begin at their hour, once", async () => {
    const t = await freshTenant();
    await withPassphrase(t);
    const when = { schedule: "daily", hour: 2, weekday: 0, withBytes: false, keepLast: 3, keepDays: 30 } as const;
    await expect(updateBackupSettings(t.as("manager"), when)).rejects.toMatchObject({ code: "forbidden" });
    await updateBackupSettings(t.ctx, when);
    await startDueBackups(new Date());
    expect(await db().operationRun.count({ where: { tenantId: t.tenant.id } })).toBe(0);
    const later = new Date(Date.now() + 86_400_000);
    await Promise.all([startDueBackups(later), startDueBackups(later)]);
    expect(await db().operationRun.findMany({ where: { tenantId: t.tenant.id } })).toMatchObject([
      { kind: "backup.create", startedBy: "system" },
    ]);
    const { dueAt } = await db().backupSettings.findUniqueOrThrow({ where: { tenantId: t.tenant.id } });
    expect(dueAt?.getTime()).toBeGreaterThan(later.getTime());
  });
});
