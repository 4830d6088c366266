import { Readable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import { blobStore, digestOf } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, GRACE, pushBlob, pushImage, randomBlob, swept } from "#lib/testing/index.ts";
import { setEnv } from "../env.ts";
import {
  appendUpload,
  deleteManifest,
  finishUpload,
  holdingsOf,
  mountBlob,
  putManifest,
  startUpload,
  unlinkBlob,
} from "./index.ts";

const held = async (t: Fixture) => (await holdingsOf(db(), t.tenant.id)).bytes;
/** The same, counted anew. */
async function counted(t: Fixture): Promise<number> {
  const { rows } = await pool().query<{ bytes: string }>(
    `SELECT coalesce(sum(b.size), 0) AS bytes FROM blobs b
     WHERE EXISTS (SELECT FROM repository_blobs rb WHERE rb.digest = b.digest AND rb.tenant_id = $1)`,
    [t.tenant.id],
  );
  return Number(rows[0]?.bytes);
}
const limit = (t: Fixture, quota: { quotaBytes?: number; quotaRepositories?: number }) =>
  db().tenantStorage.upsert({
    where: { tenantId: t.tenant.id },
    create: { tenantId: t.tenant.id, ownQuota: true, ...quota },
    update: { ownQuota: true, ...quota },
  });
const component = (t: Fixture, name: string) => ({ ...t.repository, name: `${t.repository.name}/${name}` });
const overBytes = { code: "forbidden", reason: "quota_bytes" };

afterEach(() => setEnv({ QUOTA_BYTES: "", QUOTA_REPOSITORIES: "" }));

describe("what a tenant holds", () => {
  it("counts each blob once, however many of its repositories have it, and for each tenant that has it", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const [one, two] = [randomBlob(1000), randomBlob(200)];
    for (const name of ["a", "b", "a"]) await pushBlob(t.ctx, component(t, name), one);
    await pushBlob(t.ctx, component(t, "b"), two);
    await pushBlob(other.ctx, other.repository, one);
    expect([await held(t), await held(other)]).toEqual([1200, 1000]);
    await unlinkBlob(t.ctx, { repository: component(t, "a"), digest: digestOf(one) });
    expect(await held(t)).toBe(1200);
    await unlinkBlob(t.ctx, { repository: component(t, "b"), digest: digestOf(one) });
    expect([await held(t), await held(other)]).toEqual([200, 1000]);
  });

  it("stays right whatever goes on at once: pushes, mounts, deletions and sweeps", async () => {
    const t = await freshTenant();
    const blobs = Array.from({ length: 6 }, (_, n) => randomBlob(100 + n));
    const names = ["a", "b", "c"];
    for (const name of names) await pushBlob(t.ctx, component(t, name), randomBlob(10));
    const ids = await db().repository.findMany({ where: { tenantId: t.tenant.id }, select: { id: true } });
    const work = Array.from({ length: 40 }, async (_, n) => {
      const [bytes, name] = [blobs[n % blobs.length] as Buffer, names[n % 3] ?? ""];
      if (n % 5 === 1) return swept();
      if (n % 5 === 2)
        return mountBlob(t.ctx, {
          repository: component(t, name),
          digest: digestOf(bytes),
          fromId: ids[n % 3]?.id ?? "",
        });
      return pushBlob(t.ctx, component(t, name), bytes);
    });
    await Promise.allSettled(work);
    expect(await held(t)).toBe(await counted(t));
    const { digest } = await pushImage(t.ctx, t.repository);
    await deleteManifest(t.ctx, { repository: t.repository, digest });
    await swept();
    expect([await held(t), await counted(t)]).toEqual([0, 0]);
  });
});

describe("a quota of bytes", () => {
  it("lets through what fits to the byte, and refuses one more in words, leaving nothing", async () => {
    const t = await freshTenant();
    await limit(t, { quotaBytes: 1000 });
    await pushBlob(t.ctx, t.repository, randomBlob(1000));
    const before = await t.rows();
    const refused = pushBlob(t.ctx, t.repository, randomBlob(500));
    await expect(refused).rejects.toMatchObject({
      ...overBytes,
      message: `The workspace ${t.tenant.slug} may keep 1 kB and holds 1 kB; this upload has 500 bytes. Delete what is not needed, or ask the instance's admins for more.`,
    });
    expect(await t.rows()).toEqual(before);
  });

  it("is not touched by what the tenant holds already, in any of its repositories", async () => {
    const t = await freshTenant();
    const bytes = randomBlob(1000);
    await limit(t, { quotaBytes: 1000 });
    await pushBlob(t.ctx, t.repository, bytes);
    await pushBlob(t.ctx, component(t, "other"), bytes);
    await pushBlob(t.ctx, t.repository, bytes);
    expect(await held(t)).toBe(1000);
  });

  it("gives the last room to one of many pushes at once", async () => {
    const t = await freshTenant();
    await pushBlob(t.ctx, t.repository, randomBlob(1));
    await limit(t, { quotaBytes: 2500 });
    for (let round = 0; round < 3; round++) {
      const ends = await Promise.allSettled(
        Array.from({ length: 6 }, () => pushBlob(t.ctx, t.repository, randomBlob(1000))),
      );
      const refused = ends
        .filter(({ status }) => status === "rejected")
        .map((end) => (end as PromiseRejectedResult).reason);
      for (const reason of refused) expect(reason).toMatchObject(overBytes);
      expect(ends.length - refused.length).toBe(round === 0 ? 2 : 0);
    }
    expect([await held(t), await counted(t)]).toEqual([2001, 2001]);
    expect(await db().upload.count({ where: { tenantId: t.tenant.id } })).toBe(0);
  });

  it("refuses at the start what was declared too large, and a chunk that goes too far, before their bytes come", async () => {
    const t = await freshTenant();
    await limit(t, { quotaBytes: 1000 });
    const declared = startUpload(t.ctx, t.repository, { size: 1001, digest: digestOf(randomBlob()) });
    await expect(declared).rejects.toMatchObject(overBytes);
    const { id } = await startUpload(t.ctx, t.repository);
    const key = { repository: t.repository, id };
    await appendUpload(t.ctx, key, { source: Readable.from([randomBlob(600)]), length: 600 });
    let read = false;
    const source = new Readable({
      read() {
        read = true;
        this.push(null);
      },
    });
    await expect(appendUpload(t.ctx, key, { source, length: 600 })).rejects.toMatchObject(overBytes);
    expect(read).toBe(false);
  });

  it("that was refused at the end leaves no bytes behind", async () => {
    const t = await freshTenant();
    await limit(t, { quotaBytes: 100 });
    const bytes = randomBlob(600);
    const { id } = await startUpload(t.ctx, t.repository);
    const last = { digest: digestOf(bytes), source: Readable.from([bytes]) };
    await expect(finishUpload(t.ctx, { repository: t.repository, id }, last)).rejects.toMatchObject(overBytes);
    await expect(blobStore().append(id, 600, Readable.from([]))).rejects.toMatchObject({ code: "not_found" });
    expect(await swept({ ...GRACE, orphanGraceMs: -1000 })).toMatchObject({ blobs: 0 });
  });

  it("is the instance's where the tenant has none of its own, and its own may be none", async () => {
    const [t, free] = [await freshTenant(), await freshTenant()];
    setEnv({ QUOTA_BYTES: "100" });
    await limit(free, {});
    await expect(pushBlob(t.ctx, t.repository, randomBlob(101))).rejects.toMatchObject(overBytes);
    await pushBlob(free.ctx, free.repository, randomBlob(101));
  });

  it("lets manifests through: they are what makes deleting possible", async () => {
    const t = await freshTenant();
    const { bytes } = await pushImage(t.ctx, t.repository);
    await limit(t, { quotaBytes: 1 });
    const push = {
      repository: t.repository,
      reference: "again",
      contentType: "application/vnd.oci.image.manifest.v1+json",
    };
    await putManifest(t.ctx, { ...push, bytes });
  });
});

describe("a quota of repositories", () => {
  it("is kept by many first pushes at once, and refuses one more in words", async () => {
    const t = await freshTenant();
    await limit(t, { quotaRepositories: 2 });
    const ends = await Promise.allSettled(
      Array.from({ length: 6 }, (_, n) => pushBlob(t.ctx, component(t, `c${n}`), randomBlob())),
    );
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await db().repository.count({ where: { tenantId: t.tenant.id } })).toBe(2);
    await expect(startUpload(t.ctx, component(t, "more"))).rejects.toMatchObject({
      code: "forbidden",
      reason: "quota_repositories",
      message: expect.stringContaining("may have 2 repositories and has 2") as string,
    });
  });
});

describe("uploads under way", () => {
  it("are a thousand at most of one user or token, who is told to come back later", async () => {
    const t = await freshTenant();
    await startUpload(t.ctx, t.repository);
    await pool().query(
      `INSERT INTO uploads (id, tenant_id, repository_id, started_by)
       SELECT gen_random_uuid(), tenant_id, repository_id, started_by FROM uploads, generate_series(1, 999) WHERE tenant_id = $1`,
      [t.tenant.id],
    );
    await expect(startUpload(t.ctx, t.repository)).rejects.toMatchObject({
      code: "limit_exceeded",
      retryAfterSeconds: 60,
    });
    await startUpload(t.as("manager"), t.repository);
  });
});
