import { beforeAll, describe, expect, it } from "vitest";
import { findRun, runCleanups } from "#lib/cleanup/index.ts";
import { db } from "#lib/db/index.ts";
import { stopJobs } from "#lib/jobs/index.ts";
import { accountCtx, freshTenant, newUser, pushBlob, randomBlob, type TestUser } from "#lib/testing/index.ts";
import { requestCleanup, setQuota, viewInstanceStorage, viewTenant } from "./index.ts";

let admin: TestUser;
beforeAll(async () => {
  admin = await newUser({ isInstanceAdmin: true });
  return stopJobs;
});

describe("a clean-up", () => {
  it("is asked for once, recorded, and done by the job", async () => {
    const runs = await Promise.all([1, 2, 3].map(() => requestCleanup(accountCtx(admin), { dry: false })));
    const made = runs.find(({ changed }) => changed);
    expect(made && (await findRun(made.id))).toMatchObject({ dry: false, requestedBy: admin.email });
    const where = { tenantId: null, action: "instance.cleanupRequested", actor: `user:${admin.id}` };
    expect(await db().auditEvent.count({ where })).toBe(runs.filter(({ changed }) => changed).length);
    await runCleanups({ signal: new AbortController().signal, scheduled: false });
    expect(made && (await findRun(made.id))?.state).toBe("done");
  });

  it("takes no field that there is not", async () => {
    const asked = requestCleanup(accountCtx(admin), { dry: true, graceMs: 0 } as { dry: boolean });
    await expect(asked).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("a tenant's quota", () => {
  const quota = { ownQuota: true, quotaBytes: 1000, quotaRepositories: null };

  it("is set once, told to the tenant's own log, and holds for the next push", async () => {
    const t = await freshTenant();
    const set = { ...quota, tenantId: t.tenant.id };
    expect(await setQuota(accountCtx(admin), set)).toEqual({ changed: true });
    expect(await setQuota(accountCtx(admin), set)).toEqual({ changed: false });
    expect(await t.lastAudit()).toMatchObject({
      action: "tenant.quotaSet",
      before: { quota: "the instance's" },
      after: { bytes: 1000, repositories: null },
    });
    await expect(pushBlob(t.ctx, t.repository, randomBlob(1001))).rejects.toMatchObject({ reason: "quota_bytes" });
    const back = { ...set, ownQuota: false };
    expect(await setQuota(accountCtx(admin), back)).toEqual({ changed: true });
    await pushBlob(t.ctx, t.repository, randomBlob(1001));
    const { storage } = await viewTenant(accountCtx(admin), t.tenant.id);
    expect(storage).toEqual({ bytes: 1001, ownQuota: false, quotaBytes: null, quotaRepositories: null });
  });

  it.each([
    [{ quotaBytes: -1 }, "invalid"],
    [{ quotaBytes: 1.5 }, "invalid"],
    [{ quotaRepositories: Number.NaN }, "invalid"],
    [{ tenantId: "0197a9a0-0000-7000-8000-000000000000" }, "not_found"],
  ])("can't be %j", async (wrong, code) => {
    const t = await freshTenant();
    const before = await t.rows();
    const set = setQuota(accountCtx(admin), { ...quota, tenantId: t.tenant.id, ...wrong });
    await expect(set).rejects.toMatchObject({ code });
    expect(await t.rows()).toEqual(before);
  });
});

describe("the instance's storage", () => {
  it("tells the bytes in the store from what tenants hold, who share some", async () => {
    const [a, b] = [await freshTenant(), await freshTenant()];
    const before = await viewInstanceStorage(accountCtx(admin));
    // Larger than any that other tests left in this database: only the largest tenants are listed.
    const bytes = (before.tenants[0]?.bytes ?? 0) + 50_000;
    const shared = randomBlob(bytes);
    for (const t of [a, b]) await pushBlob(t.ctx, t.repository, shared);
    const after = await viewInstanceStorage(accountCtx(admin));
    expect(after.physical.bytes - before.physical.bytes).toBe(bytes);
    expect(after.physical.blobs - before.physical.blobs).toBe(1);
    expect(after.logicalBytes - before.logicalBytes).toBe(2 * bytes);
    expect(after.tenants.find(({ id }) => id === a.tenant.id)).toMatchObject({ bytes, quotaBytes: null });
    expect(after.disk?.free).toBeGreaterThan(0);
  });
});
