import { describe, expect, it } from "vitest";
import type { Actor, Capability } from "#lib/access/index.ts";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, IMAGE, imageOf, pushBlob, pushImage, randomBlob } from "#lib/testing/index.ts";
import { putManifest, setImmutableTags, setRetention, viewTagRules } from "./index.ts";

const robot = (t: Fixture, scopes: Capability[]) =>
  t.by({ type: "token", id: t.product.id, kind: "robot", name: "ci", user: null, scopes, role: null } satisfies Actor);

async function image(t: Fixture): Promise<Buffer> {
  const blobs = [randomBlob(20), randomBlob(30)] as const;
  for (const blob of blobs) await pushBlob(t.ctx, t.repository, blob);
  return imageOf(blobs[0], [blobs[1]]);
}

const put = (
  t: Fixture,
  { reference, bytes, ctx = t.ctx }: { reference: string; bytes: Buffer; ctx?: Fixture["ctx"] },
) => putManifest(ctx, { repository: t.repository, reference, contentType: IMAGE, bytes });

const tagsOf = async (t: Fixture) =>
  Object.fromEntries(
    (await db().tag.findMany({ where: { tenantId: t.tenant.id } })).map(({ name, digest }) => [name, digest]),
  );

describe("a token that may push and not move tags", () => {
  it("makes a new tag, and pushes the same to it again", async () => {
    const t = await freshTenant();
    const ctx = robot(t, ["registry.push"]);
    const bytes = await image(t);
    const { digest } = await put(t, { reference: "v1", bytes, ctx });
    await put(t, { reference: "v1", bytes, ctx });
    expect(await tagsOf(t)).toEqual({ v1: digest });
  });

  it("is refused to move one that is there: nothing is kept of it but the audit row", async () => {
    const t = await freshTenant();
    const first = await pushImage(t.ctx, t.repository, ["v1"]);
    const bytes = await image(t);
    const before = await t.rows();
    await expect(put(t, { reference: "v1", bytes, ctx: robot(t, ["registry.push"]) })).rejects.toMatchObject({
      code: "forbidden",
      reason: "registry.moveTag",
      message: "This token is not allowed to move existing tags: its scopes lack registry.moveTag.",
    });
    expect(await t.rows()).toEqual(before);
    expect(await t.lastAudit()).toMatchObject({ action: "registry.moveTag", outcome: "denied" });
    expect(await tagsOf(t)).toEqual({ v1: first.digest });
    await put(t, { reference: "v1", bytes, ctx: robot(t, ["registry.push", "registry.moveTag"]) });
  });

  it("of many that make one tag at once lets one make it, and moves it for none", async () => {
    const t = await freshTenant();
    const ctx = robot(t, ["registry.push"]);
    const all = [await image(t), await image(t), await image(t), await image(t)];
    const results = await Promise.allSettled(all.map((bytes) => put(t, { reference: "v1", bytes, ctx })));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db().tagEvent.count({ where: { tenantId: t.tenant.id } })).toBe(1);
  });
});

describe("an immutable tag", () => {
  async function frozen(patterns: string[], tags: string[]) {
    const t = await freshTenant();
    const first = await pushImage(t.ctx, t.repository, tags);
    await setImmutableTags(t.ctx, { productId: t.product.id, patterns });
    return { t, first };
  }

  it("is not moved, in words that name the rule; others are", async () => {
    const { t } = await frozen(["v*"], ["v1.0", "latest"]);
    const bytes = await image(t);
    const before = await t.rows();
    await expect(put(t, { reference: "v1.0", bytes })).rejects.toMatchObject({
      code: "conflict",
      reason: "immutable_tag",
      message: "The tag v1.0 is immutable: it matches the product's rule v*, so it is neither moved nor deleted.",
    });
    expect(await t.rows()).toEqual(before);
    const { digest } = await put(t, { reference: "latest", bytes });
    expect(await tagsOf(t)).toMatchObject({ latest: digest });
  });

  it("takes the same manifest again, and is made where it is new", async () => {
    const { t, first } = await frozen(["*"], ["v1.0"]);
    await put(t, { reference: "v1.0", bytes: first.bytes });
    const { digest } = await put(t, { reference: "v1.1", bytes: await image(t) });
    expect(await tagsOf(t)).toEqual({ "v1.0": first.digest, "v1.1": digest });
  });

  it("hinders no signature, even where all are immutable", async () => {
    const { t, first } = await frozen(["*"], ["v1.0"]);
    const reference = `${first.digest.replace(":", "-")}.sig`;
    await put(t, { reference, bytes: await image(t) });
    const { digest } = await put(t, { reference, bytes: await image(t) });
    expect(await tagsOf(t)).toMatchObject({ [reference]: digest });
  });

  it("that was deleted before the rule comes back as what it was, and as nothing else (threats.md, 21)", async () => {
    const t = await freshTenant();
    const first = await pushImage(t.ctx, t.repository, ["v1.0", "kept"]);
    await db().tag.deleteMany({ where: { tenantId: t.tenant.id, name: "v1.0" } });
    const repository = await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } });
    await db().tagEvent.create({
      data: {
        tenantId: t.tenant.id,
        repositoryId: repository.id,
        name: "v1.0",
        fromDigest: first.digest,
        movedBy: "x",
      },
    });
    await setImmutableTags(t.ctx, { productId: t.product.id, patterns: ["v*"] });
    await expect(put(t, { reference: "v1.0", bytes: await image(t) })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(`it may only come back as ${first.digest}`),
    });
    await put(t, { reference: "v1.0", bytes: first.bytes });
    expect(await tagsOf(t)).toMatchObject({ "v1.0": first.digest });
  });
});

describe("a product's rules for tags", () => {
  it("are set, recorded with what was before, and the same a second time is no change", async () => {
    const t = await freshTenant();
    const productId = t.product.id;
    expect(await viewTagRules(t.ctx, productId)).toMatchObject({
      immutablePatterns: [],
      retention: { enabled: false },
    });
    expect(await setImmutableTags(t.ctx, { productId, patterns: ["v*", " v* ", "1.0"] })).toEqual({
      changed: true,
      patterns: ["v*", "1.0"],
    });
    const count = await t.auditCount();
    expect(await setImmutableTags(t.ctx, { productId, patterns: ["v*", "1.0"] })).toMatchObject({ changed: false });
    expect(await t.auditCount()).toBe(count);
    await setRetention(t.ctx, { productId, enabled: true, ...RULE });
    expect(await viewTagRules(t.ctx, productId)).toEqual({
      immutablePatterns: ["v*", "1.0"],
      retention: { enabled: true, ...RULE },
      appliedAt: null,
      by: { retention: null, immutability: null },
    });
    expect(await t.lastAudit()).toMatchObject({
      action: "product.retention_set",
      before: { enabled: false, keepLast: null },
      after: { enabled: true, keepLast: 10 },
    });
  });

  it("are refused where they are no patterns, too many, or would take nothing", async () => {
    const t = await freshTenant();
    const productId = t.product.id;
    const before = await t.rows();
    for (const patterns of [["v?"], ["a b"], Array.from({ length: 21 }, (_, n) => `v${n}`)]) {
      await expect(setImmutableTags(t.ctx, { productId, patterns })).rejects.toMatchObject({ code: "invalid" });
    }
    const nothing = { ...RULE, keepLast: null, keepDays: null, untaggedDays: null };
    await expect(setRetention(t.ctx, { productId, enabled: true, ...nothing })).rejects.toMatchObject({
      code: "invalid",
    });
    await expect(setRetention(t.ctx, { productId, enabled: true, ...RULE, keepLast: 0 })).rejects.toMatchObject({
      fields: { keepLast: "must be at least 1" },
    });
    expect(await t.rows()).toEqual(before);
  });

  it("are for who may change products, and of the tenant's own", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const before = await t.rows();
    const productId = t.product.id;
    await expect(setImmutableTags(t.as("operator"), { productId, patterns: [] })).rejects.toMatchObject({
      reason: "product.update",
    });
    await expect(setImmutableTags(other.ctx, { productId, patterns: ["v*"] })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(setRetention(other.ctx, { productId, enabled: false, ...RULE })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(viewTagRules(other.ctx, productId)).rejects.toMatchObject({ code: "not_found" });
    expect(await t.rows()).toEqual(before);
  });
});

const RULE = { keepLast: 10, keepDays: 90, keepPatterns: ["v*"], keepPulledDays: 30, untaggedDays: 7 };
