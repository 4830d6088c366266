import { describe, expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import type { RetentionRule } from "#lib/policies/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import {
  type Fixture,
  freshTenant,
  IMAGE,
  imageOf,
  type Pushed,
  pushBlob,
  pushImage,
  pushIndex,
  randomBlob,
} from "#lib/testing/index.ts";
import {
  applyDueRetention,
  applyRetention,
  previewRetention,
  putManifest,
  setImmutableTags,
  setRetention,
} from "./index.ts";

const RULE: RetentionRule = {
  keepLast: 1,
  keepDays: null,
  keepPatterns: [],
  keepPulledDays: null,
  untaggedDays: null,
};

/** Makes tags, and what they lead to, look as old as that. */
async function age(t: Fixture, days: number, tags?: string[]): Promise<void> {
  const back = `interval '${days} days'`;
  await pool().query(
    `UPDATE tags SET updated_at = now() - ${back} WHERE tenant_id = $1 AND ($2::text[] IS NULL OR name = ANY($2))`,
    [t.tenant.id, tags ?? null],
  );
  if (!tags) {
    await pool().query(`UPDATE manifests SET created_at = now() - ${back} WHERE tenant_id = $1`, [t.tenant.id]);
    await pool().query(`UPDATE tag_events SET moved_at = now() - ${back} WHERE tenant_id = $1`, [t.tenant.id]);
  }
}

const preview = (t: Fixture, rule: Partial<RetentionRule> = {}) =>
  previewRetention({ ...t.ctx, now: new Date() }, { productId: t.product.id, rule: { ...RULE, ...rule } });

async function apply(t: Fixture, rule: Partial<RetentionRule> = {}) {
  const { asOf, fingerprint } = await preview(t, rule);
  const input = {
    productId: t.product.id,
    rule: { ...RULE, ...rule },
    asOf: asOf.toISOString(),
    fingerprint,
    confirm: t.product.slug,
  };
  return applyRetention({ ...t.ctx, now: new Date() }, input);
}

const tagNames = async (t: Fixture) =>
  (await db().tag.findMany({ where: { tenantId: t.tenant.id }, orderBy: { name: "asc" } })).map(({ name }) => name);
const manifestsOf = async (t: Fixture) =>
  (await db().manifest.findMany({ where: { tenantId: t.tenant.id } })).map(({ digest }) => digest).sort();

async function withThree() {
  const t = await freshTenant();
  const images: Pushed[] = [];
  for (const name of ["v1", "v2", "v3"]) {
    images.push(await pushImage(t.ctx, t.repository, [name]));
    await age(t, 10 - images.length, [name]);
  }
  const [one, two, three] = images;
  if (!one || !two || !three) throw new Error("three were pushed");
  return { t, one, two, three };
}

async function put(t: Fixture, bytes: Buffer, { reference = "", contentType = IMAGE } = {}) {
  return putManifest(t.ctx, { repository: t.repository, reference: reference || digestOf(bytes), contentType, bytes });
}

describe("a preview of retention", () => {
  it("lists what goes with its bytes, says why the rest stays, and changes nothing", async () => {
    const { t, one, two } = await withThree();
    const before = await t.rows();
    const { repositories, total } = await preview(t);
    expect(await t.rows()).toEqual(before);
    expect(repositories).toHaveLength(1);
    expect(repositories[0]?.tags).toEqual([
      { name: "v1", digest: one.digest, goes: true, why: "kept by no rule" },
      { name: "v2", digest: two.digest, goes: true, why: "kept by no rule" },
      expect.objectContaining({ name: "v3", goes: false, why: "one of the newest 1" }),
    ]);
    const sizes = [one, two].map(({ bytes }) => JSON.parse(bytes.toString()));
    const expected = sizes.reduce((sum, { config, layers }) => sum + config.size + layers[0].size, 0);
    expect(total).toEqual({ tags: 2, manifests: 2, bytes: expected });
  });

  it("counts no bytes that another manifest or repository needs", async () => {
    const { t, one } = await withThree();
    const layers = JSON.parse(one.bytes.toString()).layers;
    const all = (await preview(t)).total.bytes;
    const config = randomBlob();
    await pushBlob(t.ctx, t.repository, config);
    await put(t, Buffer.from(JSON.stringify({ ...JSON.parse(imageOf(config, []).toString()), layers })), {
      reference: "v4",
    });
    await age(t, 0, ["v3", "v4"]);
    expect((await preview(t, { keepLast: 2 })).total.bytes).toBe(all - layers[0].size);
  });

  it("is for the tenant's own products", async () => {
    const { t } = await withThree();
    const other = await freshTenant();
    await expect(previewRetention(other.ctx, { productId: t.product.id, rule: RULE })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("applying retention", () => {
  it("does what the preview said, and every tag and manifest of it is in the log", async () => {
    const { t, one, two, three } = await withThree();
    expect(await apply(t)).toEqual({ tags: 2, manifests: 2 });
    expect(await tagNames(t)).toEqual(["v3"]);
    expect(await manifestsOf(t)).toEqual([three.digest]);
    const log = await db().auditEvent.findMany({
      where: { tenantId: t.tenant.id, action: { startsWith: "registry.retained" } },
      orderBy: { seq: "asc" },
    });
    expect(log.map(({ action, before }) => [action, before])).toEqual([
      ["registry.retainedTags", { tags: { v1: one.digest, v2: two.digest } }],
      ["registry.retainedManifests", { digests: [one.digest, two.digest].sort() }],
    ]);
    expect(await preview(t)).toMatchObject({ total: { tags: 0, manifests: 0, bytes: 0 } });
  });

  it("takes children and signatures with an index, and what stays can still be pulled whole (I2)", async () => {
    const t = await freshTenant();
    const old = await pushIndex(t.ctx, t.repository, "old");
    await age(t, 30);
    const kept = await pushIndex(t.ctx, t.repository, "new");
    expect(await apply(t)).toEqual({ tags: 1, manifests: 4 });
    expect(await manifestsOf(t)).toEqual([kept.digest, ...kept.children, kept.signature].sort());
    expect(await manifestsOf(t)).not.toContain(old.signature);
    const missing = await pool().query(
      `SELECT mr.digest FROM manifest_references mr WHERE mr.tenant_id = $1 AND mr.kind = 'manifest'
         AND NOT EXISTS (SELECT 1 FROM manifests m WHERE m.repository_id = mr.repository_id AND m.digest = mr.digest)`,
      [t.tenant.id],
    );
    expect(missing.rows).toEqual([]);
  });

  it("keeps what was pulled, by tag or by digest, and what is immutable", async () => {
    const { t, one } = await withThree();
    const repository = await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } });
    const counted = { repositoryId: repository.id, tenantId: t.tenant.id, day: new Date(), pulls: 1 };
    await db().pullDay.create({ data: { ...counted, digest: one.digest, tag: "", lastPulledAt: new Date() } });
    await setImmutableTags(t.ctx, { productId: t.product.id, patterns: ["v2"] });
    expect(await apply(t, { keepPulledDays: 7 })).toEqual({ tags: 0, manifests: 0 });
    await db().pullDay.updateMany({
      where: { tenantId: t.tenant.id },
      data: { lastPulledAt: new Date(Date.now() - 8 * 86_400_000) },
    });
    expect(await apply(t, { keepPulledDays: 7 })).toEqual({ tags: 1, manifests: 1 });
    expect(await tagNames(t)).toEqual(["v2", "v3"]);
  });

  it("counts how long a manifest was without a tag from when it lost its last one", async () => {
    const t = await freshTenant();
    const one = await pushImage(t.ctx, t.repository);
    await age(t, 30);
    const two = await pushImage(t.ctx, t.repository);
    expect(await apply(t, { keepLast: null, untaggedDays: 7 })).toEqual({ tags: 0, manifests: 0 });
    await pool().query("UPDATE tag_events SET moved_at = now() - interval '8 days' WHERE tenant_id = $1", [
      t.tenant.id,
    ]);
    expect(await apply(t, { keepLast: null, untaggedDays: 7 })).toEqual({ tags: 0, manifests: 1 });
    expect(await manifestsOf(t)).toEqual([two.digest]);
    expect(one.digest).not.toBe(two.digest);
  });

  it("is refused where something changed since the preview, by who may not delete, and for an old preview", async () => {
    const { t } = await withThree();
    const { asOf, fingerprint } = await preview(t);
    const input = {
      productId: t.product.id,
      rule: RULE,
      asOf: asOf.toISOString(),
      fingerprint,
      confirm: t.product.slug,
    };
    await pushImage(t.ctx, t.repository, ["v4"]);
    const before = await t.rows();
    const now = new Date();
    await expect(applyRetention({ ...t.ctx, now }, input)).rejects.toMatchObject({ code: "conflict" });
    await expect(applyRetention({ ...t.ctx, now }, { ...input, confirm: "x" })).rejects.toMatchObject({
      fields: { confirm: `must be ${t.product.slug}` },
    });
    await expect(applyRetention({ ...t.as("operator"), now }, input)).rejects.toMatchObject({
      reason: "registry.delete",
    });
    const later = new Date(now.getTime() + 3_600_000);
    await expect(applyRetention({ ...t.ctx, now: later }, input)).rejects.toMatchObject({
      fields: { asOf: expect.anything() },
    });
    expect(await t.rows()).toEqual(before);
  });

  it("beside pushes of the same layers loses no pushed image", async () => {
    const { t } = await withThree();
    const work = [
      apply(t, { keepLast: null, keepDays: 5 }).catch(() => null),
      ...[4, 5, 6, 7].map((n) => pushImage(t.ctx, t.repository, [`v${n}`])),
    ];
    await Promise.all(work);
    expect(await tagNames(t)).toEqual(expect.arrayContaining(["v4", "v5", "v6", "v7"]));
    const rows = await pool().query(
      `SELECT t.name FROM tags t JOIN manifests m ON m.repository_id = t.repository_id AND m.digest = t.digest
       JOIN manifest_references mr ON mr.manifest_id = m.id
       LEFT JOIN repository_blobs rb ON rb.repository_id = t.repository_id AND rb.digest = mr.digest
       WHERE t.tenant_id = $1 AND rb.digest IS NULL`,
      [t.tenant.id],
    );
    expect(rows.rows).toEqual([]);
  });
});

describe("the nightly run", () => {
  it("applies the rules of those products that have them on, and of no archived one", async () => {
    const [on, off, archived] = [await withThree(), await withThree(), await withThree()];
    for (const { t } of [on, archived]) await setRetention(t.ctx, { productId: t.product.id, enabled: true, ...RULE });
    await setRetention(off.t.ctx, { productId: off.t.product.id, enabled: false, ...RULE });
    await db().product.update({ where: { id: archived.t.product.id }, data: { archivedAt: new Date() } });
    const done = await applyDueRetention();
    expect(done).toContainEqual({ product: `${on.t.tenant.slug}/${on.t.product.slug}`, tags: 2, manifests: 2 });
    expect([await tagNames(on.t), await tagNames(off.t), await tagNames(archived.t)]).toEqual([
      ["v3"],
      ["v1", "v2", "v3"],
      ["v1", "v2", "v3"],
    ]);
    expect(await db().tagRules.findFirst({ where: { tenantId: on.t.tenant.id } })).toMatchObject({
      appliedAt: expect.any(Date),
    });
    expect(await on.t.lastAudit()).toMatchObject({ actor: "system", action: "registry.retainedManifests" });
  });
});
