import { describe, expect, it } from "vitest";
import { decide, ROLES } from "#lib/access/index.ts";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, newRelease, publishAsset } from "#lib/testing/index.ts";
import { createRelease, previewPrune, pruneReleases, restoreRelease } from "./index.ts";

const rule = { keepLast: 1 };

/** Archived 1.0.0 and 1.1.0, yanked 1.2.0, published 1.3.0, a draft and a yanked beta. */
async function releasesOf(t: Fixture): Promise<void> {
  await newRelease(t, { version: "1.0.0", status: "archived", publishedAt: new Date() });
  await newRelease(t, { version: "1.1.0", status: "archived" });
  await newRelease(t, { version: "1.2.0", status: "yanked" });
  await newRelease(t, { version: "1.3.0", status: "published" });
  await newRelease(t, { version: "1.4.0", status: "draft" });
  await newRelease(t, { version: "1.4.0-rc.1", status: "yanked", channel: "beta" });
}

const left = async (t: Fixture) =>
  (await db().release.findMany({ where: { tenantId: t.tenant.id }, orderBy: { versionKey: "asc" } })).map(
    ({ version }) => version,
  );

describe("pruning a product's releases", () => {
  it("shows what goes and why, and takes that with its files; the versions stay taken", async () => {
    const t = await freshTenant();
    await releasesOf(t);
    const file = await publishAsset(t, { product: t.product, status: "archived", bytes: Buffer.alloc(7) });
    const productId = t.product.id;
    const preview = await previewPrune(t.as("readonly"), { productId, rule });
    expect(preview.total).toEqual({ releases: 4, assets: 1, bytes: 7 });
    expect(Object.fromEntries(preview.releases.map(({ version, why }) => [version, why]))).toMatchObject({
      "1.3.0": "the newest of stable",
      "1.2.0": "yanked, not among the newest 1 of stable",
      "1.4.0-rc.1": "one of the newest 1 of beta",
    });
    const done = await pruneReleases(t.as("manager"), { productId, rule, expected: preview.expected });
    expect(done).toMatchObject({ assets: 1, bytes: 7 });
    expect(done.versions).toContain("1.0.0");
    expect(await left(t)).toEqual(["1.3.0", "1.4.0-rc.1", "1.4.0"]);
    expect(await db().asset.count({ where: { id: file.id } })).toBe(0);
    expect(await t.lastAudit()).toMatchObject({
      action: "release.pruned",
      subjectId: productId,
      before: { releases: { "1.0.0": "archived", "1.2.0": "yanked" } },
      after: { rule },
    });
    const again = createRelease(t.ctx, { productId, version: "1.2.0" });
    await expect(again).rejects.toMatchObject({ code: "conflict", reason: "version_taken" });
  });

  it("takes nothing and writes nothing where nothing goes", async () => {
    const t = await freshTenant();
    await releasesOf(t);
    const [rows, events] = [await t.rows(), await t.auditCount()];
    const asked = { productId: t.product.id, rule: { keepLast: 10 } };
    expect((await previewPrune(t.ctx, asked)).expected).toEqual([]);
    expect(await pruneReleases(t.ctx, { ...asked, expected: [] })).toEqual({ versions: [], assets: 0, bytes: 0 });
    expect([await t.rows(), await t.auditCount()]).toEqual([rows, events]);
  });

  it("is refused where others would go than the preview said", async () => {
    const t = await freshTenant();
    await releasesOf(t);
    const asked = { productId: t.product.id, rule };
    const { expected } = await previewPrune(t.ctx, asked);
    const refusal = { code: "conflict", reason: "changed_since_preview" };
    const refused = async (list: string[]) => {
      const rows = await t.rows();
      await expect(pruneReleases(t.ctx, { ...asked, expected: list })).rejects.toMatchObject(refusal);
      expect(await t.rows()).toEqual(rows);
    };
    await refused(expected.slice(1));
    await refused([...expected.slice(1), t.product.id]);
    const { id } = await db().release.findFirstOrThrow({ where: { tenantId: t.tenant.id, version: "1.0.0" } });
    await restoreRelease(t.ctx, { releaseId: id });
    await refused(expected);
  });

  it("is for those who may, in their own tenant, by a rule that says something", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    await releasesOf(t);
    const asked = { productId: t.product.id, rule, expected: [] as string[] };
    const rows = await t.rows();
    for (const role of ROLES) {
      if (decide(t.as(role).actor, "release.prune").allowed) continue;
      const done = pruneReleases(t.as(role), asked);
      await expect(done).rejects.toMatchObject({ code: "forbidden", reason: "release.prune" });
    }
    await expect(pruneReleases(other.ctx, asked)).rejects.toMatchObject({ code: "not_found" });
    await expect(previewPrune(other.ctx, { productId: t.product.id, rule })).rejects.toMatchObject({
      code: "not_found",
    });
    for (const wrong of [{}, { keepLast: -1 }, { keepLast: 1, states: ["draft"] }, { keepLast: 1, channels: [] }]) {
      const done = pruneReleases(t.ctx, { ...asked, rule: wrong });
      await expect(done).rejects.toMatchObject({ code: "invalid" });
    }
    expect(await t.rows()).toEqual(rows);
  });

  it("takes what is archived, or lets it be restored, where both are asked at once: never half", async () => {
    const t = await freshTenant();
    for (let n = 1; n <= 8; n++) {
      const columns = { status: "archived", publishedAt: new Date() } as const;
      const { id: releaseId, version } = await newRelease(t, { ...columns, version: `1.0.${n}` });
      const asked = { productId: t.product.id, rule: { keepLast: 0 } };
      const { expected } = await previewPrune(t.ctx, asked);
      expect(expected).toContain(releaseId);
      const [restored, pruned] = await Promise.allSettled([
        restoreRelease(t.ctx, { releaseId }),
        pruneReleases(t.ctx, { ...asked, expected }),
      ]);
      const row = await db().release.findUnique({ where: { id: releaseId } });
      expect([restored.status, pruned.status].sort()).toEqual(["fulfilled", "rejected"]);
      expect(row?.status).toBe(restored.status === "fulfilled" ? "published" : undefined);
      if (pruned.status === "fulfilled") expect(pruned.value.versions).toEqual([version]);
      await db().release.deleteMany({ where: { tenantId: t.tenant.id } });
    }
  });
});
