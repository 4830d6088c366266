import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant } from "#lib/testing/index.ts";
import {
  changePolicy,
  compareVersions,
  createPolicy,
  discardDraft,
  forceDeletePolicy,
  listPolicies,
  previewPruneVersions,
  pruneVersions,
  saveDraft,
  startDraft,
  viewPolicy,
  viewVersion,
} from "./index.ts";

const STAY = { products: [], patterns: ["v*"] };
const created = (t: Fixture, name = "Versions stay") =>
  createPolicy(t.ctx, { kind: "immutability", name, document: STAY });

/** A policy with so many archived versions, archived that many days ago, and no other. */
async function withArchived(t: Fixture, days: readonly number[]) {
  const { policyId } = await created(t);
  await db().policyVersion.deleteMany({ where: { policyId } });
  for (const [n, ago] of days.entries()) {
    const archivedAt = new Date(t.ctx.now.getTime() - ago * 86_400_000);
    const data = { tenantId: t.tenant.id, policyId, kind: "immutability", document: STAY, createdBy: "x" } as const;
    await db().policyVersion.create({ data: { ...data, number: n + 1, state: "archived", archivedAt } });
  }
  await db().policy.update({ where: { id: policyId }, data: { lastNumber: days.length } });
  return policyId;
}

describe("a policy", () => {
  it("begins as a draft that can be written anew, and each step is in the audit log", async () => {
    const t = await freshTenant();
    const key = await created(t);
    expect(key.number).toBe(1);
    expect(await t.lastAudit()).toMatchObject({ action: "policy.created", after: { version: 1, document: STAY } });
    const document = { products: [t.product.slug], patterns: ["1.*", "1.*", "v*"] };
    expect(await saveDraft(t.ctx, { ...key, document, note: "ones, too" })).toEqual({ changed: true });
    expect(await saveDraft(t.ctx, { ...key, document, note: "ones, too" })).toEqual({ changed: false });
    const { version } = await viewVersion(t.ctx, key);
    expect(version).toMatchObject({ state: "draft", note: "ones, too", document: { patterns: ["1.*", "v*"] } });
    expect(version.lines).toContainEqual({ label: "Products", words: t.product.slug });
    const changed = { policyId: key.policyId, name: "Tags stay", description: "As customers expect." };
    expect(await changePolicy(t.ctx, changed)).toEqual({ changed: true });
    expect(await changePolicy(t.ctx, changed)).toEqual({ changed: false });
    expect(await listPolicies(t.ctx)).toMatchObject([{ name: "Tags stay", draft: 1, active: null, versions: 1 }]);
  });

  it("says beside the field what is wrong with its document", async () => {
    const t = await freshTenant();
    const refused = (kind: "retention" | "immutability" | "access", document: unknown) =>
      createPolicy(t.ctx, { kind, name: "Wrong", document }).catch((error) => error.fields);
    expect(await refused("immutability", { products: [], patterns: [] })).toEqual({
      "document.patterns": "needs at least one pattern",
    });
    expect(await refused("immutability", { products: ["nothing-here"], patterns: ["v*"] })).toEqual({
      "document.products": "names nothing-here, which is no product here",
    });
    const nothing = { keepLast: null, keepDays: null, keepPatterns: [], keepPulledDays: null, untaggedDays: null };
    expect(await refused("retention", { products: [], ...nothing })).toMatchObject({
      "document.keepLast": expect.stringContaining("nothing ever goes"),
    });
    const access = { graceDays: 7, endlessTokens: true, tokenDaysMax: 30, secondFactor: false };
    expect(await refused("access", { ...access, signers: [], signedFiles: false })).toEqual({
      "document.tokenDaysMax": "can't be said where tokens without an end are taken",
    });
    expect(await refused("access", { ...access, tokenDaysMax: 1.5, signers: [], signedFiles: false })).toHaveProperty([
      "document.tokenDaysMax",
    ]);
    expect(await refused("access", undefined)).toEqual({ document: "is missing" });
    expect(await listPolicies(t.ctx)).toEqual([]);
  });

  it("has one name, one draft at a time, and numbers that are never used again", async () => {
    const t = await freshTenant();
    const { policyId } = await created(t);
    await expect(created(t)).rejects.toMatchObject({ code: "conflict" });
    await expect(startDraft(t.ctx, { policyId, number: 1 })).rejects.toMatchObject({ code: "conflict" });
    await db().policyVersion.updateMany({ where: { policyId }, data: { state: "archived" } });
    expect(await startDraft(t.ctx, { policyId, number: 1 })).toEqual({ policyId, number: 2 });
    expect(await discardDraft(t.ctx, { policyId, number: 2 })).toEqual({ policyGone: false });
    expect((await startDraft(t.ctx, { policyId, number: 1 })).number).toBe(3);
    await expect(saveDraft(t.ctx, { policyId, number: 1, document: STAY })).rejects.toMatchObject({
      reason: "not_a_draft",
    });
    await expect(discardDraft(t.ctx, { policyId, number: 1 })).rejects.toMatchObject({ reason: "not_a_draft" });
    const twice = await Promise.allSettled([1, 2].map(() => created(t, "At once")));
    expect(twice.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("goes with its only draft", async () => {
    const t = await freshTenant();
    expect(await discardDraft(t.ctx, await created(t))).toEqual({ policyGone: true });
    expect(await listPolicies(t.ctx)).toEqual([]);
  });

  it("keeps a version that is no draft any more as it is, also from who writes to the database", async () => {
    const t = await freshTenant();
    const { policyId } = await created(t);
    const version = { where: { policyId_number: { policyId, number: 1 } } };
    await db().policyVersion.update({ ...version, data: { state: "active" } });
    for (const data of [{ document: {} }, { state: "draft" as const }, { number: 7 }]) {
      await expect(db().policyVersion.update({ ...version, data })).rejects.toThrow(/never changed/);
    }
  });

  it("tells what two of its versions say differently", async () => {
    const t = await freshTenant();
    const { policyId } = await created(t);
    await db().policyVersion.updateMany({ where: { policyId }, data: { state: "archived" } });
    const draft = await startDraft(t.ctx, { policyId, number: 1 });
    await saveDraft(t.ctx, { ...draft, document: { products: [], patterns: ["v*", "1.*"] } });
    expect((await compareVersions(t.ctx, { policyId, from: 1, to: 2 })).changes).toEqual([
      { label: "Tags that never move", before: "v*", after: "v*, 1.*" },
    ]);
    expect((await compareVersions(t.ctx, { policyId, from: 2, to: 2 })).changes).toEqual([]);
  });
});

describe("archived versions", () => {
  it("are pruned by count and age, as the preview said and no others", async () => {
    const t = await freshTenant();
    const policyId = await withArchived(t, [90, 60, 30, 1]);
    const rule = { policyId, keepLast: 1, olderThanDays: 45 };
    expect(await previewPruneVersions(t.ctx, rule)).toEqual({ going: [2, 1], staying: 2 });
    await expect(pruneVersions(t.ctx, { ...rule, expected: [1] })).rejects.toMatchObject({
      reason: "changed_since_preview",
    });
    expect(await pruneVersions(t.ctx, { ...rule, expected: [1, 2] })).toEqual({ pruned: [2, 1] });
    expect((await viewPolicy(t.ctx, policyId)).all.map(({ number }) => number)).toEqual([4, 3]);
    expect(await t.lastAudit()).toMatchObject({ action: "policy.pruned", before: { versions: { 1: STAY, 2: STAY } } });
    expect(await pruneVersions(t.ctx, { ...rule, expected: [] })).toEqual({ pruned: [] });
  });

  it("go for good with their policy, once its name is typed and none is in force", async () => {
    const t = await freshTenant();
    const policyId = await withArchived(t, [1, 0]);
    await expect(forceDeletePolicy(t.ctx, { policyId, confirm: "versions stay" })).rejects.toMatchObject({
      fields: { confirm: "must be Versions stay" },
    });
    await db().policyVersion.updateMany({ where: { policyId, number: 1 }, data: { state: "active" } });
    const deleted = () => forceDeletePolicy(t.ctx, { policyId, confirm: "Versions stay" });
    await expect(deleted()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Archive") });
    await db().policyVersion.updateMany({ where: { policyId }, data: { state: "archived" } });
    await deleted();
    expect(await listPolicies(t.ctx)).toEqual([]);
    expect(await t.lastAudit()).toMatchObject({ action: "policy.forceDeleted", before: { versions: { 2: STAY } } });
  });
});

describe("somebody else's policy", () => {
  it("is not there, whatever is asked of it", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const { policyId } = await created(other);
    const key = { policyId, number: 1 };
    const asked = [
      viewPolicy(t.ctx, policyId),
      viewVersion(t.ctx, key),
      compareVersions(t.ctx, { policyId, from: 1, to: 1 }),
      changePolicy(t.ctx, { policyId, name: "Mine", description: "" }),
      startDraft(t.ctx, key),
      saveDraft(t.ctx, { ...key, document: STAY }),
      discardDraft(t.ctx, key),
      previewPruneVersions(t.ctx, { policyId, keepLast: 0, olderThanDays: 0 }),
      forceDeletePolicy(t.ctx, { policyId, confirm: "Versions stay" }),
    ];
    for (const answer of await Promise.allSettled(asked)) {
      expect(answer).toMatchObject({ status: "rejected", reason: { code: "not_found" } });
    }
    expect(await viewPolicy(other.ctx, policyId)).toMatchObject({ name: "Versions stay", draft: 1 });
  });
});
