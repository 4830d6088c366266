import { describe, expect, it } from "vitest";
import { applyDueRetention, setImmutableTags, setRetention, viewTagRules } from "#lib/catalog/index.ts";
import { asOne, db } from "#lib/db/index.ts";
import { changePolicy, startDraft, viewPolicy } from "#lib/policies/index.ts";
import { type Fixture, freshTenant, pushImage } from "#lib/testing/index.ts";
import { activated, archived, drafted, NOTHING } from "./enforcement.contract.ts";
import { activateDraft, archivePolicy, previewPolicy, restoreVersion } from "./index.ts";

const linesOf = (effect: Awaited<ReturnType<typeof previewPolicy>>) =>
  Object.fromEntries(effect.sections.map(({ title, first }) => [title, first]));

/** Two tags, of which the first is older by a year. */
async function withTags(t: Fixture): Promise<string> {
  await pushImage(t.ctx, t.repository, ["old", "new"]);
  await db().$executeRaw`UPDATE tags SET updated_at = now() - interval '1 year'
    WHERE tenant_id = ${t.tenant.id}::uuid AND name = 'old'`;
  return t.repository.name;
}

describe("a policy of immutability in force", () => {
  it("fixes the tags that its preview named, also of products to come, and lets them go when it is archived", async () => {
    const t = await freshTenant();
    const repository = await withTags(t);
    const key = await drafted(t, { immutability: { products: [], patterns: ["o*"] } });
    const effect = await previewPolicy(t.ctx, key);
    expect(linesOf(effect)).toMatchObject({ "Tags that never move from then on": [`${repository}:old`] });
    expect(effect.changes).toContainEqual({ label: "Tags that never move", before: "", after: "o*" });
    await expect(pushImage(t.ctx, t.repository, ["old"])).resolves.toBeDefined();
    await activateDraft(t.ctx, { ...key, fingerprint: effect.fingerprint });
    expect(await t.lastAudit()).toMatchObject({ action: "policy.activated", after: { version: 1 } });
    await expect(pushImage(t.ctx, t.repository, ["old"])).rejects.toMatchObject({
      reason: "immutable_tag",
    });
    await pushImage(t.ctx, t.repository, ["new"]);
    const other = await t.addProduct();
    expect((await viewTagRules(t.ctx, other.id)).by.immutability).toMatchObject({ name: "House rule", number: 1 });
    const end = await archived(t, key.policyId);
    expect(linesOf(end)).toMatchObject({ "Tags that may be moved and deleted again": [`${repository}:old`] });
    await pushImage(t.ctx, t.repository, ["old"]);
  });

  it("says before it is archived what the next night takes then", async () => {
    const t = await freshTenant();
    const repository = await withTags(t);
    await setRetention(t.ctx, { productId: t.product.id, enabled: true, ...NOTHING, keepDays: 30 });
    const { policyId } = await activated(t, { immutability: { products: [], patterns: ["o*"] } });
    const end = await previewPolicy(t.ctx, { policyId, number: null });
    expect(linesOf(end)).toMatchObject({ "Tags that the next night takes": [`${repository}:old`] });
  });

  it("stands before what a product says for itself, which counts again afterwards and can't be changed meanwhile", async () => {
    const t = await freshTenant();
    const productId = t.product.id;
    await setImmutableTags(t.ctx, { productId, patterns: ["own"] });
    const { policyId } = await activated(t, { immutability: { products: [], patterns: ["v*"] } });
    expect((await viewTagRules(t.ctx, productId)).immutablePatterns).toEqual(["v*"]);
    await expect(setImmutableTags(t.ctx, { productId, patterns: ["other"] })).rejects.toMatchObject({
      reason: "ruled_by_policy",
      message: expect.stringContaining("House rule"),
    });
    await archived(t, policyId);
    expect((await viewTagRules(t.ctx, productId)).immutablePatterns).toEqual(["own"]);
  });

  it("yields to one that names the product, and refuses another for the same products", async () => {
    const t = await freshTenant();
    await activated(t, { immutability: { products: [], patterns: ["v*"] } }, "All");
    await activated(t, { immutability: { products: [t.product.slug], patterns: ["1.*"] } }, "One");
    expect((await viewTagRules(t.ctx, t.product.id)).immutablePatterns).toEqual(["1.*"]);
    const again = await drafted(t, { immutability: { products: [t.product.slug], patterns: ["x"] } }, "Again");
    await expect(previewPolicy(t.ctx, again)).rejects.toMatchObject({ message: expect.stringContaining("“One”") });
    const all = await drafted(t, { immutability: { products: [], patterns: ["x"] } }, "All again");
    await expect(activateDraft(t.ctx, { ...all, fingerprint: "x" })).rejects.toMatchObject({
      message: expect.stringContaining("“All” rules all products"),
    });
    // Another kind is another matter.
    await activated(t, { retention: { products: [], ...NOTHING, keepLast: 5 } }, "Kept");
  });
});

describe("a policy of retention in force", () => {
  it("takes at night what its preview named, where the product alone takes nothing", async () => {
    const t = await freshTenant();
    const repository = await withTags(t);
    await setRetention(t.ctx, { productId: t.product.id, enabled: false, ...NOTHING });
    const key = await drafted(t, { retention: { products: [], ...NOTHING, keepDays: 30 } });
    const effect = await previewPolicy(t.ctx, key);
    expect(linesOf(effect)).toMatchObject({
      "Tags that the next night takes": [`${repository}:old`],
      "Products that are ruled otherwise": [expect.stringContaining("House rule")],
    });
    const tags = async () => (await db().tag.findMany({ where: { tenantId: t.tenant.id } })).map(({ name }) => name);
    await applyDueRetention();
    expect((await tags()).sort()).toEqual(["new", "old"]);
    await activateDraft(t.ctx, { ...key, fingerprint: effect.fingerprint });
    await applyDueRetention();
    expect(await tags()).toEqual(["new"]);
    expect((await viewTagRules(t.ctx, t.product.id)).appliedAt).not.toBeNull();
  });

  it("is put in force only as it was looked at", async () => {
    const t = await freshTenant();
    await withTags(t);
    const key = await drafted(t, { retention: { products: [], ...NOTHING, keepDays: 30 } });
    const { fingerprint } = await previewPolicy(t.ctx, key);
    await db()
      .$executeRaw`UPDATE tags SET updated_at = now() - interval '1 year' WHERE tenant_id = ${t.tenant.id}::uuid`;
    await expect(activateDraft(t.ctx, { ...key, fingerprint })).rejects.toMatchObject({
      reason: "changed_since_preview",
    });
    expect(await viewPolicy(t.ctx, key.policyId)).toMatchObject({ active: null, draft: 1 });
  });

  it("gives way to a new version, and comes back by being restored", async () => {
    const t = await freshTenant();
    const { policyId } = await activated(t, { retention: { products: [], ...NOTHING, keepLast: 5 } });
    const second = await startDraft(t.ctx, { policyId, number: 1 });
    const effect = await previewPolicy(t.ctx, second);
    expect(effect.changes).toEqual([]);
    await activateDraft(t.ctx, { ...second, fingerprint: effect.fingerprint });
    expect((await viewPolicy(t.ctx, policyId)).all).toMatchObject([
      { number: 2, state: "active" },
      { number: 1, state: "archived" },
    ]);
    const back = { policyId, number: 1 };
    const { fingerprint } = await previewPolicy(t.ctx, back);
    await expect(activateDraft(t.ctx, { ...back, fingerprint })).rejects.toMatchObject({ reason: "wrong_state" });
    await restoreVersion(t.ctx, { ...back, fingerprint });
    expect(await viewPolicy(t.ctx, policyId)).toMatchObject({ active: 1 });
    expect(await t.lastAudit()).toMatchObject({ action: "policy.restored", before: { version: 2 } });
    await archived(t, policyId);
    await expect(archivePolicy(t.ctx, { policyId, fingerprint })).rejects.toMatchObject({ reason: "not_in_force" });
  });

  it("lets two who put drafts of the same products in force at once not both have their way", async () => {
    const t = await freshTenant();
    const keys = await Promise.all(
      ["A", "B"].map((name) => drafted(t, { retention: { products: [], ...NOTHING, keepLast: 5 } }, name)),
    );
    const looked = await Promise.all(keys.map((key) => previewPolicy(t.ctx, key)));
    const done = await Promise.allSettled(
      keys.map((key, n) => activateDraft(t.ctx, { ...key, fingerprint: looked[n]?.fingerprint ?? "" })),
    );
    expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await db().policyVersion.count({ where: { tenantId: t.tenant.id, state: "active" } })).toBe(1);
  });
});

it("a preview of taking out of force what is not in force says so", async () => {
  const t = await freshTenant();
  const ACCESS = { graceDays: 7, endlessTokens: false, tokenDaysMax: null, secondFactor: false, signers: [] };
  const rules = { immutability: { products: [], patterns: ["v*"] }, access: { ...ACCESS, signedFiles: false } };
  for (const [kind, document] of Object.entries(rules)) {
    const { policyId } = await drafted(t, { [kind]: document }, kind);
    const asked = previewPolicy(t.ctx, { policyId, number: null });
    await expect(asked, kind).rejects.toMatchObject({ code: "conflict", reason: "not_in_force" });
  }
});

it("a preview leaves nothing behind", async () => {
  const t = await freshTenant();
  await withTags(t);
  const key = await drafted(t, { retention: { products: [], ...NOTHING, keepDays: 30 } });
  const count = await t.auditCount();
  await previewPolicy(t.ctx, key);
  expect(await viewPolicy(t.ctx, key.policyId)).toMatchObject({ active: null, draft: 1 });
  expect(await t.auditCount()).toBe(count);
});

it("a preview within another transaction is undone alone: what was done beside it stands", async () => {
  const t = await freshTenant();
  const key = await drafted(t, { immutability: { products: [], patterns: ["v*"] } });
  const unknown = { policyId: key.policyId, number: 9 };
  await asOne(async () => {
    await changePolicy(t.ctx, { policyId: key.policyId, name: "Before", description: "" });
    expect((await previewPolicy(t.ctx, key)).changes).not.toEqual([]);
    await expect(previewPolicy(t.ctx, unknown)).rejects.toMatchObject({ code: "not_found" });
    await changePolicy(t.ctx, { policyId: key.policyId, name: "After", description: "" });
  });
  expect(await viewPolicy(t.ctx, key.policyId)).toMatchObject({ name: "After", active: null, draft: 1 });
});
