import { describe, expect, it } from "vitest";
import { mountBlob, putManifest } from "#lib/catalog/index.ts";
import { db, pool } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import {
  type Fixture,
  freshTenant,
  GRACE,
  IMAGE,
  imageOf,
  isWhole,
  pushBlob,
  randomBlob,
  swept,
} from "#lib/testing/index.ts";

const digestsOf = async (t: Fixture) =>
  (await db().repositoryBlob.findMany({ where: { tenantId: t.tenant.id } })).map(({ digest }) => digest);
const age = (t: Fixture, days: number) =>
  db().repositoryBlob.updateMany({
    where: { tenantId: t.tenant.id },
    data: { touchedAt: new Date(Date.now() - days * 86_400_000) },
  });
const blobRow = (digest: string) => db().blob.findUnique({ where: { digest } });
const put = (t: Fixture, bytes: Buffer, reference: string) =>
  putManifest(t.ctx, { repository: t.repository, reference, contentType: IMAGE, bytes });

describe("a push that meets the sweep", () => {
  it("of a manifest ends with all that it refers to, or is refused and leaves nothing", async () => {
    const t = await freshTenant();
    let kept = 0;
    for (let round = 0; round < 15; round++) {
      const [config, layer] = [randomBlob(), randomBlob()];
      for (const blob of [config, layer]) await pushBlob(t.ctx, t.repository, blob);
      const [pushed] = await Promise.allSettled([put(t, imageOf(config, [layer]), `r${round}`), swept(), swept()]);
      if (pushed.status === "rejected") {
        expect(pushed.reason).toMatchObject({ reason: "MANIFEST_BLOB_UNKNOWN" });
        continue;
      }
      kept++;
      expect([await isWhole(digestOf(config)), await isWhole(digestOf(layer))]).toEqual([true, true]);
      expect(await digestsOf(t)).toEqual(expect.arrayContaining([digestOf(config), digestOf(layer)]));
    }
    expect(await db().tag.count({ where: { tenantId: t.tenant.id } })).toBe(kept);
  });

  it("of a manifest holds its links: the sweep that looked at them before leaves them", async () => {
    const t = await freshTenant();
    const [config, layer] = [randomBlob(), randomBlob()];
    for (const blob of [config, layer]) await pushBlob(t.ctx, t.repository, blob);
    await age(t, 2);
    // A push in its transaction: the links are locked, the references not yet to be seen.
    const push = await pool().connect();
    await push.query("BEGIN");
    await push.query("SELECT 1 FROM repository_blobs WHERE tenant_id = $1 FOR KEY SHARE", [t.tenant.id]);
    expect(await swept(GRACE)).toMatchObject({ links: 0, blobs: 0 });
    await push.query("COMMIT");
    push.release();
    expect(await swept(GRACE)).toMatchObject({ links: 2 });
  });

  it("of a blob ends with the blob, whole, however often", async () => {
    const t = await freshTenant();
    const bytes = randomBlob(5000);
    for (let round = 0; round < 12; round++) {
      await Promise.all([pushBlob(t.ctx, t.repository, bytes), swept(), swept()]);
      await pushBlob(t.ctx, t.repository, bytes);
      expect(await isWhole(digestOf(bytes))).toBe(true);
      if (round % 2) await db().repositoryBlob.deleteMany({ where: { tenantId: t.tenant.id } });
    }
  });

  it("of a blob that is being removed gets it back with bytes of its own", async () => {
    const t = await freshTenant();
    const bytes = randomBlob();
    const digest = await pushBlob(t.ctx, t.repository, bytes);
    const old = (await blobRow(digest))?.storageKey ?? "";
    await db().repositoryBlob.deleteMany({ where: { tenantId: t.tenant.id } });
    await db().blob.update({ where: { digest }, data: { state: "deleting" } });
    await pushBlob(t.ctx, t.repository, bytes);
    await swept(GRACE);
    const now = await blobRow(digest);
    expect([now?.state, now?.storageKey === old]).toEqual(["live", false]);
    expect(await isWhole(digest)).toBe(true);
  });

  it("mounts a blob that stays, or is told that it is gone", async () => {
    const t = await freshTenant();
    const other = { ...t.repository, name: `${t.repository.name}/other` };
    for (let round = 0; round < 10; round++) {
      const digest = await pushBlob(t.ctx, t.repository, randomBlob());
      const { id: fromId } = await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } });
      const [mounted] = await Promise.all([
        mountBlob(t.ctx, { repository: other, digest, fromId }),
        swept(GRACE),
        swept(),
      ]);
      const link = await db().repositoryBlob.count({ where: { digest, repository: { name: other.name } } });
      if (link > 0) expect([mounted, await isWhole(digest)]).toEqual([true, true]);
    }
  });
});
