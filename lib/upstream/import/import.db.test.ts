import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { performRuns } from "#lib/runs/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import {
  checkInvariants,
  type Fixture,
  freshTenant,
  IMAGE,
  imageOf,
  randomBlob,
  startUpstream,
  type TestUpstream,
} from "#lib/testing/index.ts";
import { setEnv } from "../../env.ts";
import {
  addRegistry,
  connectRepository,
  disconnectRepository,
  importUpstream,
  previewImport,
  startDueImports,
  startImport,
} from "../index.ts";

let t: Fixture;
let upstream: TestUpstream;
let repositoryId: string;

beforeEach(async () => {
  setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
  [t, upstream] = [await freshTenant(), await startUpstream()];
  const { id: registryId } = await addRegistry(t.ctx, { name: "Hub", url: upstream.url });
  upstream.image("1.0");
  const asked = { repository: t.repository.name, registryId, path: "team/app", patterns: ["1.*", "multi"] };
  ({ repositoryId } = await connectRepository(t.ctx, asked));
});
afterEach(() => upstream.stop());

/** Starts an import and has it done. @returns its row */
async function imported() {
  const { run } = await startImport(t.as("operator"), { repositoryId });
  await performRuns({ runs: [importUpstream], signal: new AbortController().signal });
  return db().operationRun.findUniqueOrThrow({ where: { id: run.id } });
}
const tags = async () =>
  (await db().tag.findMany({ where: { tenantId: t.tenant.id }, orderBy: { name: "asc" } })).map(({ name }) => name);

describe("an import", () => {
  it("copies the tags that the patterns take, whole: platforms, blobs, and what refers to them", async () => {
    upstream.image("2.0");
    const index = upstream.index("multi");
    const config = randomBlob();
    upstream.blobs.set(digestOf(config), config);
    const subject = { subject: { mediaType: IMAGE, digest: index.digest, size: 1 } };
    const sbom = upstream.add(imageOf(config, [], { artifactType: "application/spdx", ...subject }), IMAGE);
    expect(await imported()).toMatchObject({ state: "done", details: { new: 2, moved: 0, same: 0, failed: 0 } });
    expect(await tags()).toEqual(["1.0", "multi"]);
    const kept = (await db().manifest.findMany({ where: { tenantId: t.tenant.id } })).map(({ digest }) => digest);
    expect(kept).toEqual(expect.arrayContaining([index.digest, ...index.children, sbom]));
    // Whole also where nothing comes later any more.
    await disconnectRepository(t.ctx, { repositoryId });
    expect(await checkInvariants([t.tenant.id])).toEqual([]);
  });

  it("fetches a second time what is new and what has moved, and writes nothing of what is as it was", async () => {
    upstream.index("multi");
    await imported();
    const [before, audit] = [await db().manifest.count({ where: { tenantId: t.tenant.id } }), await t.auditCount()];
    upstream.seen.length = 0;
    expect(await imported()).toMatchObject({ details: { new: 0, moved: 0, same: 2, bytes: 0 } });
    expect(upstream.asked("/blobs/")).toBe(0);
    expect(await db().manifest.count({ where: { tenantId: t.tenant.id } })).toBe(before);
    // That it was started and that it is over.
    expect((await t.auditCount()) - audit).toBeLessThanOrEqual(2);
    upstream.image("1.0");
    upstream.image("1.1");
    expect(await imported()).toMatchObject({ details: { new: 1, moved: 1, same: 1 } });
  });

  it("completes what a pull has begun", async () => {
    const image = upstream.image("1.0", 3);
    await imported();
    await db().$transaction(async (tx) => {
      await tx.repositoryBlob.deleteMany({ where: { tenantId: t.tenant.id, digest: image.layers[1] } });
    });
    upstream.seen.length = 0;
    await imported();
    expect(upstream.asked("/blobs/")).toBe(1);
    expect(await checkInvariants([t.tenant.id])).toEqual([]);
  });

  it("passes over a tag that fails, and says why in its log", async () => {
    const broken = upstream.image("1.1");
    upstream.blobs.set(broken.config, Buffer.from("something else"));
    const run = await imported();
    expect(run).toMatchObject({ state: "done", details: { new: 1, failed: 1 } });
    const lines = await db().operationRunLine.findMany({ where: { runId: run.id, level: "error" } });
    expect(lines.map(({ text }) => text)).toEqual([expect.stringMatching(/^1\.1 was not imported/)]);
    expect(await tags()).toEqual(["1.0"]);
    const row = await db().upstreamRepository.findFirstOrThrow({ where: { tenantId: t.tenant.id } });
    expect(row).toMatchObject({ refusals: 1 });
    expect(row.importedAt).not.toBeNull();
  });

  it("ends where there is no room, with words", async () => {
    const quota = { ownQuota: true, quotaBytes: 10n };
    await db().tenantStorage.upsert({
      where: { tenantId: t.tenant.id },
      create: { tenantId: t.tenant.id, ...quota },
      update: quota,
    });
    expect(await imported()).toMatchObject({ state: "failed", error: expect.stringContaining("may keep") });
    expect(await db().upload.count({ where: { tenantId: t.tenant.id } })).toBe(0);
  });

  it("is previewed: what would come, and how much there is room for; nothing is kept", async () => {
    upstream.image("2.0");
    upstream.index("multi");
    const before = await t.rows();
    const preview = await previewImport(t.as("operator"), { repositoryId });
    expect(preview).toMatchObject({ tags: 2, moved: [], looked: 2, room: null });
    expect(preview.fresh).toEqual(["1.0", "multi"]);
    expect(preview.bytes).toBeGreaterThan(6000);
    expect(await t.rows()).toEqual(before);
    await imported();
    upstream.image("1.0");
    const again = await previewImport(t.as("operator"), { repositoryId });
    expect(again).toMatchObject({ fresh: [], moved: ["1.0"] });
  });

  it("is started once at a time, by who may, and of an upstream that is there", async () => {
    const [one, two] = [await startImport(t.ctx, { repositoryId }), await startImport(t.ctx, { repositoryId })];
    expect([one.made, two.made, two.run.id]).toEqual([true, false, one.run.id]);
    await expect(startImport(t.as("readonly"), { repositoryId })).rejects.toMatchObject({ code: "forbidden" });
    await expect(previewImport(t.as("readonly"), { repositoryId })).rejects.toMatchObject({ code: "forbidden" });
    const other = await freshTenant();
    await expect(startImport(other.ctx, { repositoryId })).rejects.toMatchObject({ code: "not_found" });
    await disconnectRepository(t.ctx, { repositoryId });
    await expect(startImport(t.ctx, { repositoryId })).rejects.toMatchObject({ code: "conflict" });
  });

  it("is begun by its schedule when it is due, and once", async () => {
    const where = { tenantId: t.tenant.id };
    const queued = () => db().operationRun.count({ where: { ...where, kind: "upstream.import" } });
    await startDueImports();
    expect(await queued()).toBe(0);
    await db().upstreamRepository.updateMany({ where, data: { importEveryHours: 6 } });
    await startDueImports();
    await startDueImports();
    expect(await queued()).toBe(1);
    await performRuns({ runs: [importUpstream], signal: new AbortController().signal });
    await startDueImports();
    expect(await queued()).toBe(1);
    await startDueImports(new Date(Date.now() + 6.1 * 3_600_000));
    expect(await queued()).toBe(2);
    const first = await db().operationRun.findFirst({ where, orderBy: { queuedAt: "asc" } });
    expect(first).toMatchObject({ startedBy: "system", state: "done" });
    await performRuns({ runs: [importUpstream], signal: new AbortController().signal });
  });
});
