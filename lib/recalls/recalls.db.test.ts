import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { decideAccess } from "#lib/entitlements/index.ts";
import { forceDeleteRelease, publishRelease, restoreRelease } from "#lib/releases/index.ts";
import { type Fixture, freshTenant, newRelease, publishAsset, pushImage, pushIndex } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { findStandingRecall, liftRecall, listRecalls, recallImage, recallRelease, viewRecall } from "./index.ts";

const REASON = "It loses data.";

async function released(t: Fixture, columns: Parameters<typeof newRelease>[1] = {}) {
  const release = await newRelease(t, { status: "published", ...columns });
  await publishAsset(t, { product: t.product, releaseId: release.id });
  return release;
}

const repositoryOf = async (t: Fixture) => {
  const { id } = await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } });
  return id;
};
const stateOf = async (id: string) => (await db().release.findUniqueOrThrow({ where: { id } })).status;
const marksOf = async (recallId: string) =>
  (await db().recalledImage.findMany({ where: { recallId }, orderBy: { digest: "asc" } })).map(({ digest }) => digest);

describe("recalling a release", () => {
  it("withdraws it, marks its images with their platforms, and stands in the log", async () => {
    const t = await freshTenant();
    const release = await released(t);
    const index = await pushIndex(t.ctx, t.repository, "v1");
    const of = { tenantId: t.tenant.id, releaseId: release.id, repositoryId: await repositoryOf(t) };
    await db().releaseImage.create({ data: { ...of, digest: index.digest, manifestDigest: index.digest } });
    const asked = { releaseId: release.id, reason: REASON, replacement: " 1.4.2 " };
    const { recall, changed } = await recallRelease(t.as("manager"), asked);
    expect(changed).toBe(true);
    expect(recall).toMatchObject({ label: release.version, reason: REASON, replacement: "1.4.2", liftedAt: null });
    expect(await db().release.findUniqueOrThrow({ where: { id: release.id } })).toMatchObject({
      status: "yanked",
      yankReason: REASON,
    });
    expect(await marksOf(recall.id)).toEqual([index.digest, ...index.children].sort());
    expect(await t.lastAudit()).toMatchObject({
      action: "recall.made",
      reason: REASON,
      after: { replacement: "1.4.2", images: 3, withdrawn: true },
    });
    expect(await viewRecall(t.ctx, { recallId: recall.id })).toMatchObject({ by: t.users.manager.email });
  });

  it("is done once, by whoever does it first, and says so to the other", async () => {
    const t = await freshTenant();
    const { id: releaseId } = await released(t);
    const ask = (reason: string) => recallRelease(t.ctx, { releaseId, reason });
    const made = await Promise.all([ask("one"), ask("two"), ask("three")]);
    expect(made.filter(({ changed }) => changed)).toHaveLength(1);
    expect(new Set(made.map(({ recall }) => recall.id)).size).toBe(1);
    const before = await t.rows();
    expect((await ask("four")).changed).toBe(false);
    expect(await t.rows()).toEqual(before);
  });

  it("at the moment of its publishing leaves it withdrawn, or is refused since it was a draft still", async () => {
    const t = await freshTenant();
    for (let n = 0; n < 5; n++) {
      const { id: releaseId } = await newRelease(t);
      const [, recalled] = await Promise.allSettled([
        publishRelease(t.ctx, { releaseId }),
        recallRelease(t.ctx, { releaseId, reason: REASON }),
      ]);
      expect(await stateOf(releaseId)).toBe(recalled.status === "fulfilled" ? "yanked" : "published");
    }
  });

  it.each(["yanked", "archived"] as const)("that is %s leaves it that", async (status) => {
    const t = await freshTenant();
    const { id: releaseId } = await released(t, { status });
    expect((await recallRelease(t.ctx, { releaseId, reason: REASON })).changed).toBe(true);
    expect(await stateOf(releaseId)).toBe(status);
  });

  it.each(["draft", "archived"] as const)("that was never published, and is %s, is refused", async (status) => {
    const t = await freshTenant();
    const { id: releaseId } = await newRelease(t, { status, publishedAt: null });
    const before = await t.rows();
    await expect(recallRelease(t.ctx, { releaseId, reason: REASON })).rejects.toMatchObject({ code: "conflict" });
    expect(await t.rows()).toEqual(before);
  });

  it.each(["operator", "readonly"] as const)("is not for %s", async (role) => {
    const t = await freshTenant();
    const { id: releaseId } = await released(t);
    const before = await t.rows();
    await expect(recallRelease(t.as(role), { releaseId, reason: REASON })).rejects.toMatchObject({ code: "forbidden" });
    expect(await t.rows()).toEqual(before);
  });

  it("says what is wrong with what was typed", async () => {
    const t = await freshTenant();
    const { id: releaseId } = await released(t);
    const ask = (fields: object) => recallRelease(t.ctx, { releaseId, reason: REASON, ...fields });
    await expect(ask({ reason: " " })).rejects.toMatchObject({ fields: { reason: expect.any(String) } });
    await expect(ask({ reason: "x".repeat(1001) })).rejects.toMatchObject({ fields: { reason: expect.any(String) } });
    await expect(ask({ reason: "a\u0007" })).rejects.toMatchObject({ fields: { reason: expect.any(String) } });
    await expect(ask({ replacement: "a\nb" })).rejects.toMatchObject({ fields: { replacement: expect.any(String) } });
    const { recall } = await ask({ reason: `two\nlines ${"x".repeat(900)}`, replacement: "" });
    expect(recall.replacement).toBeNull();
    const { yankReason } = await db().release.findUniqueOrThrow({ where: { id: releaseId } });
    expect(yankReason).toHaveLength(500);
    expect(yankReason).toMatch(/^two lines x+…$/);
  });

  it("keeps it withdrawn until the recall is lifted and it is restored", async () => {
    const t = await freshTenant();
    const { id: releaseId } = await released(t);
    const { recall } = await recallRelease(t.ctx, { releaseId, reason: REASON });
    await expect(restoreRelease(t.ctx, { releaseId })).rejects.toMatchObject({ code: "conflict", reason: "recalled" });
    const lift = { recallId: recall.id, reason: "It was the other one." };
    await expect(liftRecall(t.as("operator"), lift)).rejects.toMatchObject({ code: "forbidden" });
    expect((await liftRecall(t.ctx, lift)).changed).toBe(true);
    expect((await liftRecall(t.ctx, lift)).changed).toBe(false);
    expect(await t.lastAudit()).toMatchObject({ action: "recall.lifted", reason: lift.reason });
    expect(await stateOf(releaseId)).toBe("yanked");
    expect(await findStandingRecall(t.ctx, { releaseId })).toBeNull();
    await restoreRelease(t.ctx, { releaseId });
    expect(await stateOf(releaseId)).toBe("published");
    expect((await recallRelease(t.ctx, { releaseId, reason: "After all." })).changed).toBe(true);
  });

  it("outlives the release", async () => {
    const t = await freshTenant();
    const { id: releaseId, version } = await released(t);
    const { recall } = await recallRelease(t.ctx, { releaseId, reason: REASON });
    await forceDeleteRelease(t.ctx, { releaseId, version });
    expect(await viewRecall(t.as("readonly"), { recallId: recall.id })).toMatchObject({ label: version });
  });
});

describe("recalling an image", () => {
  it("marks it and its platforms, and no index that contains it", async () => {
    const t = await freshTenant();
    const index = await pushIndex(t.ctx, t.repository, "v1");
    const repositoryId = await repositoryOf(t);
    const [child = ""] = index.children;
    const one = await recallImage(t.ctx, { repositoryId, digest: child, reason: REASON });
    expect(await marksOf(one.recall.id)).toEqual([child]);
    expect(one.recall.label).toBe(`${t.repository.name}@${child}`);
    const all = await recallImage(t.ctx, { repositoryId, digest: index.digest, reason: REASON });
    expect(await marksOf(all.recall.id)).toEqual([index.digest, ...index.children].sort());
    expect(await findStandingRecall(t.ctx, { repositoryId, digest: index.children[1] ?? "" })).toMatchObject({
      id: all.recall.id,
    });
  });

  it("is done once where two do it at once", async () => {
    const t = await freshTenant();
    const { digest } = await pushImage(t.ctx, t.repository);
    const asked = { repositoryId: await repositoryOf(t), digest, reason: REASON };
    const made = await Promise.all([recallImage(t.ctx, asked), recallImage(t.ctx, asked)]);
    expect(made.map(({ changed }) => changed).sort()).toEqual([false, true]);
  });

  it("marks nothing of another workspace, whatever its rows name", async () => {
    const [t, theirs] = [await freshTenant(), await freshTenant()];
    const { digest } = await pushImage(theirs.ctx, theirs.repository);
    const own = await pushImage(t.ctx, t.repository);
    const asked = { repositoryId: await repositoryOf(theirs), digest, reason: REASON };
    const { recall } = await recallImage(theirs.ctx, asked);
    const recalled = async (of: Fixture) => (await decideAccess(null, of.repository, "registry.pull")).recalled;
    expect(Object.keys((await recalled(theirs)) ?? {})).toEqual([digest]);
    const moved = { repositoryId: await repositoryOf(t), digest: own.digest };
    await db().recalledImage.updateMany({ where: { recallId: recall.id }, data: moved });
    expect(await recalled(t)).toBeNull();
  });

  it("that is not there is refused, unless somebody pulled it", async () => {
    const t = await freshTenant();
    await pushImage(t.ctx, t.repository);
    const digest = `sha256:${"0".repeat(64)}`;
    const asked = { repositoryId: await repositoryOf(t), digest, reason: REASON };
    await expect(recallImage(t.ctx, asked)).rejects.toMatchObject({ code: "not_found" });
    const at = new Date();
    await db().pulledBy.create({
      data: {
        ...{ repositoryId: asked.repositoryId, digest, tenantId: t.tenant.id, productId: t.product.id },
        ...{ actor: `user:${newId()}`, firstAt: at, lastAt: at, pulls: 1 },
      },
    });
    expect((await recallImage(t.ctx, asked)).changed).toBe(true);
  });
});

describe("another workspace's recalls", () => {
  it("are like none", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const { id: releaseId } = await released(other);
    const { digest } = await pushImage(other.ctx, other.repository);
    const repositoryId = await repositoryOf(other);
    const { recall } = await recallRelease(other.ctx, { releaseId, reason: REASON });
    const [rows, others] = [await t.rows(), await other.rows()];
    const none = { code: "not_found" };
    const recallId = recall.id;
    await expect(recallRelease(t.ctx, { releaseId, reason: REASON })).rejects.toMatchObject(none);
    await expect(recallImage(t.ctx, { repositoryId, digest, reason: REASON })).rejects.toMatchObject(none);
    await expect(liftRecall(t.ctx, { recallId, reason: REASON })).rejects.toMatchObject(none);
    await expect(viewRecall(t.ctx, { recallId })).rejects.toMatchObject(none);
    await expect(listRecalls(t.ctx, { productId: other.product.id })).rejects.toMatchObject(none);
    expect(await findStandingRecall(t.ctx, { releaseId })).toBeNull();
    expect([await t.rows(), await other.rows()]).toEqual([rows, others]);
  });
});

describe("the list of a product's recalls", () => {
  it("has the newest first, lifted ones too, a page at a time", async () => {
    const t = await freshTenant();
    const made: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { recall } = await recallRelease(t.ctx, { releaseId: (await released(t)).id, reason: `${n}` });
      made.unshift(recall.id);
    }
    await liftRecall(t.ctx, { recallId: made[0] ?? "", reason: "no" });
    const first = await listRecalls(t.as("readonly"), { productId: t.product.id, limit: 2 });
    expect(first.recalls.map(({ id }) => id)).toEqual(made.slice(0, 2));
    expect(first.recalls[0]).toMatchObject({ liftedByLabel: t.users.owner.email, letters: { sent: 0 } });
    const rest = await listRecalls(t.ctx, { productId: t.product.id, limit: 2, after: first.next ?? "" });
    expect([rest.recalls.map(({ id }) => id), rest.next]).toEqual([made.slice(2), null]);
  });
});
