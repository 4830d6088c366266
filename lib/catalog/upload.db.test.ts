import { randomBytes, randomUUID } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import { digestOf, PartialWrite } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, storedBytes } from "#lib/testing/index.ts";
import { appendUpload, cancelUpload, findUploadOffset, finishUpload, startUpload, type UploadKey } from "./index.ts";

afterEach(() => {
  vi.useRealTimers();
  onFaultPoint(null);
});

const streamOf = (bytes: Buffer) => Readable.from([bytes]);
const MIB = 1024 * 1024;
const unknown = { code: "not_found", reason: "BLOB_UPLOAD_UNKNOWN" };

async function begun(t: Fixture) {
  const key: UploadKey = { repository: t.repository, id: (await startUpload(t.ctx, t.repository)).id };
  return {
    key,
    append: (bytes: Buffer, start?: number) => appendUpload(t.ctx, key, { source: streamOf(bytes), start }),
  };
}

describe("an upload", () => {
  it("grows chunk by chunk, says how far it is, and becomes a blob", async () => {
    const t = await freshTenant();
    const { key, append } = await begun(t);
    const bytes = randomBytes(300);
    expect(await findUploadOffset(t.ctx, key)).toBe(0);
    expect(await append(bytes.subarray(0, 100), 0)).toBe(100);
    expect(await append(bytes.subarray(100, 200))).toBe(200);
    expect(await findUploadOffset(t.ctx, key)).toBe(200);
    await finishUpload(t.ctx, key, { digest: digestOf(bytes), source: streamOf(bytes.subarray(200)), start: 200 });
    expect((await storedBytes(digestOf(bytes))).equals(bytes)).toBe(true);
    await expect(findUploadOffset(t.ctx, key)).rejects.toMatchObject(unknown);
  });

  it("refuses a chunk out of order, and goes on from where it was", async () => {
    const t = await freshTenant();
    const { key, append } = await begun(t);
    const bytes = randomBytes(20);
    await append(bytes.subarray(0, 10));
    for (const start of [0, 9, 11, 1000]) {
      await expect(append(randomBytes(5), start)).rejects.toMatchObject({ code: "invalid", reason: "RANGE_INVALID" });
    }
    const early = finishUpload(t.ctx, key, { digest: digestOf(bytes), source: streamOf(randomBytes(3)), start: 3 });
    await expect(early).rejects.toMatchObject({ reason: "RANGE_INVALID" });
    await append(bytes.subarray(10), 10);
    await finishUpload(t.ctx, key, { digest: digestOf(bytes) });
    expect((await storedBytes(digestOf(bytes))).equals(bytes)).toBe(true);
  });

  it("with a wrong digest keeps nothing: no blob, no upload", async () => {
    const t = await freshTenant();
    const { key, append } = await begun(t);
    const wrong = digestOf(randomBytes(9));
    await append(randomBytes(10));
    await expect(finishUpload(t.ctx, key, { digest: wrong })).rejects.toMatchObject({ reason: "DIGEST_INVALID" });
    expect(await db().blob.count({ where: { digest: wrong } })).toBe(0);
    expect(await db().repositoryBlob.count({ where: { tenantId: t.tenant.id } })).toBe(0);
    await expect(findUploadOffset(t.ctx, key)).rejects.toMatchObject(unknown);
  });

  it("that breaks keeps what arrived, and is resumed from there", async () => {
    const t = await freshTenant();
    const { key, append } = await begun(t);
    const bytes = randomBytes(1000);
    const source = new PassThrough();
    const writing = appendUpload(t.ctx, key, { source }).catch((error: unknown) => error);
    source.write(bytes.subarray(0, 600));
    await until(async () => source.readableLength === 0);
    source.destroy(new Error("the client went away"));
    expect(await writing).toBeInstanceOf(PartialWrite);
    expect(await findUploadOffset(t.ctx, key)).toBe(600);
    await append(bytes.subarray(600), 600);
    await finishUpload(t.ctx, key, { digest: digestOf(bytes) });
    expect((await storedBytes(digestOf(bytes))).equals(bytes)).toBe(true);
  });

  it("takes one writer at a time: a second one is refused, and the first goes on", async () => {
    const t = await freshTenant();
    const { key, append } = await begun(t);
    const source = new PassThrough();
    const writing = appendUpload(t.ctx, key, { source });
    source.write(randomBytes(10));
    await until(async () => (await leaseOf(key.id)) !== null);
    await expect(append(randomBytes(5))).rejects.toMatchObject({ code: "conflict", reason: "BLOB_UPLOAD_INVALID" });
    source.end();
    expect(await writing).toBe(10);
    expect(await append(randomBytes(5), 10)).toBe(15);
  });

  it("whose writer died is free again when its lease is over", async () => {
    const t = await freshTenant();
    const { key, append } = await begun(t);
    const lease = "UPDATE uploads SET lease_id = $2, leased_until = now() + $3::interval WHERE id = $1";
    await pool().query(lease, [key.id, randomUUID(), "10 seconds"]);
    await expect(append(randomBytes(5))).rejects.toMatchObject({ code: "conflict" });
    await pool().query(lease, [key.id, randomUUID(), "-1 second"]);
    expect(await append(randomBytes(5))).toBe(5);
  });

  it("whose lease went to another writer stops writing, and leaves the other's bytes alone", async () => {
    const t = await freshTenant();
    const { key, append } = await begun(t);
    const source = new PassThrough();
    const writing = appendUpload(t.ctx, key, { source }).catch((error: unknown) => error);
    source.write(randomBytes(10));
    await until(async () => (await leaseOf(key.id)) !== null);
    await pool().query("UPDATE uploads SET lease_id = NULL, leased_until = NULL WHERE id = $1", [key.id]);
    const bytes = randomBytes(40);
    expect(await append(bytes)).toBe(40);
    expect(await writing).toBeInstanceOf(PartialWrite);
    await finishUpload(t.ctx, key, { digest: digestOf(bytes) });
    expect((await storedBytes(digestOf(bytes))).equals(bytes)).toBe(true);
  });

  it("whose lease was lost before a chunk's end tells no offset that its row does not say", async () => {
    const t = await freshTenant();
    const { key, append } = await begun(t);
    const source = new PassThrough();
    const writing = appendUpload(t.ctx, key, { source }).catch((error: unknown) => error);
    source.write(randomBytes(10));
    await until(async () => (await leaseOf(key.id)) !== null);
    await pool().query("UPDATE uploads SET lease_id = NULL, leased_until = NULL WHERE id = $1", [key.id]);
    source.end();
    expect(await writing).toMatchObject({ code: "conflict", reason: "BLOB_UPLOAD_INVALID" });
    expect(await findUploadOffset(t.ctx, key)).toBe(0);
    expect(await append(randomBytes(40), 0)).toBe(40);
  });

  it("whose lease ran out before it opened anything leaves alone what another writes meanwhile", async () => {
    const t = await freshTenant();
    const { key, append } = await begun(t);
    const bytes = randomBytes(4 * MIB);
    await append(bytes.subarray(0, 100));
    const [claimed, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    onFaultPoint(async (step) => {
      if (step !== "upload claimed") return;
      onFaultPoint(null);
      claimed.resolve();
      await goOn.promise;
    });
    const late = append(randomBytes(7), 100).catch((error: unknown) => error);
    await claimed.promise;
    // It stalls for longer than the lease, by the database's clock and by its own.
    await pool().query("UPDATE uploads SET leased_until = now() - interval '1 second' WHERE id = $1", [key.id]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 16_000 });
    const source = new PassThrough();
    const finished = finishUpload(t.ctx, key, { digest: digestOf(bytes), source }).catch((error: unknown) => error);
    for (const end of [1, 2, 3]) source.write(bytes.subarray(end === 1 ? 100 : (end - 1) * MIB, end * MIB));
    await until(async () => source.readableLength === 0);
    goOn.resolve();
    const refusal = await late;
    source.end(bytes.subarray(3 * MIB));
    expect(await finished).toBeUndefined();
    expect((await storedBytes(digestOf(bytes))).equals(bytes)).toBe(true);
    expect(refusal).toMatchObject({ code: "conflict", reason: "BLOB_UPLOAD_INVALID" });
  });

  it("may be given up, once", async () => {
    const t = await freshTenant();
    const { key, append } = await begun(t);
    await append(randomBytes(10));
    await cancelUpload(t.ctx, key);
    await expect(cancelUpload(t.ctx, key)).rejects.toMatchObject(unknown);
    await expect(append(randomBytes(1))).rejects.toMatchObject(unknown);
  });
});

describe("another's upload", () => {
  it("is not found by anyone but who began it, in any way, and is completed by them all the same", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const { key, append } = await begun(t);
    const bytes = randomBytes(10);
    await append(bytes);
    const beside = { ...key, repository: { ...t.repository, name: `${t.repository.name}/beside` } };
    const tries: [Fixture["ctx"], UploadKey][] = [
      [t.as("manager"), key],
      [other.ctx, key],
      [other.ctx, { ...key, repository: other.repository }],
      [t.ctx, beside],
      [t.ctx, { ...key, id: randomUUID() }],
      [t.ctx, { ...key, id: "../../x" }],
      [t.ctx, { ...key, id: `${key.id}'` }],
    ];
    for (const [ctx, theirs] of tries) {
      await expect(findUploadOffset(ctx, theirs)).rejects.toMatchObject(unknown);
      await expect(appendUpload(ctx, theirs, { source: streamOf(randomBytes(3)) })).rejects.toMatchObject(unknown);
      await expect(finishUpload(ctx, theirs, { digest: digestOf(bytes) })).rejects.toMatchObject(unknown);
      await expect(cancelUpload(ctx, theirs)).rejects.toMatchObject(unknown);
    }
    await finishUpload(t.ctx, key, { digest: digestOf(bytes) });
  });

  it("is refused to a role that may not push, before it is looked for", async () => {
    const t = await freshTenant();
    const { key } = await begun(t);
    const denied = { code: "forbidden", reason: "registry.push" };
    await expect(startUpload(t.as("readonly"), t.repository)).rejects.toMatchObject(denied);
    await expect(findUploadOffset(t.as("readonly"), key)).rejects.toMatchObject(denied);
    await expect(cancelUpload(t.as(null), key)).rejects.toMatchObject(denied);
  });
});

describe("the first push to a name", () => {
  it("makes the repository, once, however many begin at the same time", async () => {
    const t = await freshTenant();
    await Promise.all(Array.from({ length: 6 }, () => startUpload(t.ctx, t.repository)));
    expect(await db().repository.count({ where: { tenantId: t.tenant.id } })).toBe(1);
  });

  it("needs the product, of this tenant", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const none = { name: `${t.tenant.slug}/none`, tenant: t.tenant.slug, product: "none" };
    await expect(startUpload(t.ctx, none)).rejects.toMatchObject({ code: "not_found" });
    await expect(startUpload(other.ctx, t.repository)).rejects.toMatchObject({ code: "not_found" });
    expect(await db().repository.count({ where: { tenantId: { in: [t.tenant.id, other.tenant.id] } } })).toBe(0);
  });
});

function onFaultPoint(hook: ((step: string) => unknown) | null): void {
  Object.assign(globalThis, { [Symbol.for("purser.fault-hook")]: hook ?? undefined });
}

async function leaseOf(id: string): Promise<string | null> {
  return (await db().upload.findUniqueOrThrow({ where: { id } })).leaseId;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (await holds()) return;
    await sleep(10);
  }
  throw new Error("it never came to hold");
}
