import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  applyRetention,
  deleteImage,
  deleteManifest,
  deleteTag,
  previewDeletion,
  previewRetention,
  shortOf,
} from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import {
  checkInvariants,
  type Fixture,
  freshTenant,
  newRelease,
  type Pushed,
  pushImage,
  pushIndex,
} from "#lib/testing/index.ts";
import {
  archiveRelease,
  forceDeleteRelease,
  publishRelease,
  tieImage,
  untieImage,
  viewRelease,
  yankRelease,
} from "./index.ts";

let t: Fixture;
let image: Pushed;
let repositoryId: string;

beforeEach(async () => {
  t = await freshTenant();
  image = await pushImage(t.ctx, t.repository, ["1.2.0"]);
  repositoryId = await idOf(t);
});

const idOf = async ({ repository }: Fixture) =>
  (await db().repository.findUniqueOrThrow({ where: { name: repository.name } })).id;
const tied = async (columns: Parameters<typeof newRelease>[1] = {}) => {
  const release = await newRelease(t, columns);
  await tieImage(t.ctx, { releaseId: release.id, repositoryId, reference: "1.2.0" });
  return release;
};
const published = async () => {
  const release = await tied({ version: "1.2.0" });
  await publishRelease(t.ctx, { releaseId: release.id });
  return release;
};
const remove = (digest = image.digest) => deleteManifest(t.ctx, { repository: t.repository, digest });
const isThere = async (digest = image.digest) => (await db().manifest.count({ where: { repositoryId, digest } })) === 1;

describe("an image of a release", () => {
  it("is tied by tag or digest, once, and told with its tag and platforms", async () => {
    const { id: releaseId } = await newRelease(t);
    const done = await tieImage(t.as("operator"), { releaseId, repositoryId, reference: "1.2.0" });
    const told = { repository: t.repository.name, digest: image.digest, tag: "1.2.0" };
    expect(done).toEqual({ image: told, changed: true });
    expect(await t.lastAudit()).toMatchObject({ action: "release.image_tied", subjectId: releaseId, after: told });
    const rows = await t.rows();
    expect(await tieImage(t.ctx, { releaseId, repositoryId, reference: image.digest })).toEqual({
      image: told,
      changed: false,
    });
    expect(await t.rows()).toEqual(rows);
    const index = await pushIndex(t.ctx, t.repository, "multi");
    await tieImage(t.ctx, { releaseId, repositoryId, reference: index.digest });
    const { images } = await viewRelease(t.ctx, { releaseId });
    expect(images).toMatchObject([
      { digest: image.digest, tag: "1.2.0", isThere: true, repository: { name: t.repository.name } },
      { digest: index.digest, tag: null, platforms: ["linux/amd64", "linux/arm64"] },
    ]);
    const gone = await untieImage(t.ctx, { releaseId, repositoryId, digest: image.digest });
    expect(gone).toEqual({ image: told });
    expect(await t.lastAudit()).toMatchObject({ action: "release.image_untied", before: told });
    expect((await viewRelease(t.ctx, { releaseId })).images).toHaveLength(1);
  });

  it("is of the same product and tenant, and is there", async () => {
    const { id: releaseId } = await newRelease(t);
    const other = await freshTenant();
    await pushImage(other.ctx, other.repository);
    const foreign = await idOf(other);
    const product = await t.addProduct();
    const name = `${t.tenant.slug}/${product.slug}`;
    await pushImage(t.ctx, { name, tenant: t.tenant.slug, product: product.slug });
    const { id: sibling } = await db().repository.findUniqueOrThrow({ where: { name } });
    const foreignRelease = await newRelease(other);
    const rows = [await t.rows(), await other.rows()];
    const missing = { code: "not_found" };
    for (const where of [foreign, sibling]) {
      const asked = { releaseId, repositoryId: where, reference: "latest" };
      await expect(tieImage(t.ctx, asked)).rejects.toMatchObject(missing);
    }
    for (const reference of ["nothing", `sha256:${"0".repeat(64)}`, "no such/thing"]) {
      await expect(tieImage(t.ctx, { releaseId, repositoryId, reference })).rejects.toMatchObject(missing);
    }
    const there = { releaseId: foreignRelease.id, repositoryId };
    await expect(tieImage(t.ctx, { ...there, reference: "1.2.0" })).rejects.toMatchObject(missing);
    await expect(untieImage(t.ctx, { ...there, digest: image.digest })).rejects.toMatchObject(missing);
    await expect(untieImage(t.ctx, { releaseId, repositoryId, digest: image.digest })).rejects.toMatchObject(missing);
    const asked = { releaseId, repositoryId, reference: "1.2.0" };
    await expect(tieImage(t.as("readonly"), asked)).rejects.toMatchObject({ code: "forbidden" });
    expect([await t.rows(), await other.rows()]).toEqual(rows);
  });

  it("is added to a draft and to what is published, and taken from a draft and what is archived", async () => {
    const second = await pushImage(t.ctx, t.repository, ["second"]);
    const may = { draft: [true, true], published: [true, false], yanked: [false, false], archived: [false, true] };
    for (const [status, [tie, untie]] of Object.entries(may)) {
      const { id: releaseId } = await tied();
      await db().release.update({ where: { id: releaseId }, data: { status: status as "draft" } });
      const outcome = (done: Promise<unknown>) =>
        done.then(
          () => true,
          ({ code }) => code,
        );
      const tying = tieImage(t.ctx, { releaseId, repositoryId, reference: "second" });
      expect([status, await outcome(tying)]).toEqual([status, tie || "conflict"]);
      const untying = untieImage(t.ctx, { releaseId, repositoryId, digest: image.digest });
      expect([status, await outcome(untying)]).toEqual([status, untie || "conflict"]);
    }
    expect(await isThere(second.digest)).toBe(true);
  });
});

describe("the image of a published or yanked release", () => {
  it.each(["published", "yanked"])("can't be deleted by hand: %s", async (status) => {
    const { id: releaseId } = await published();
    if (status === "yanked") await yankRelease(t.ctx, { releaseId, reason: "Eats disks." });
    const refusal = {
      code: "conflict",
      reason: "in_a_release",
      message: expect.stringContaining("The release 1.2.0 has"),
    };
    const rows = await t.rows();
    await expect(remove()).rejects.toMatchObject(refusal);
    await expect(previewDeletion(t.ctx, { repositoryId, digest: image.digest })).rejects.toMatchObject(refusal);
    const typed = { repositoryId, digest: image.digest, confirm: shortOf(image.digest) };
    await expect(deleteImage(t.ctx, typed)).rejects.toMatchObject(refusal);
    expect(await t.rows()).toEqual(rows);
    // Its tag may go: it is pulled by digest still.
    await deleteTag(t.ctx, { repository: t.repository, tag: "1.2.0" });
    expect(await isThere()).toBe(true);
  });

  it("is kept by retention, which says why, with its tag and without", async () => {
    await published();
    await pushImage(t.ctx, t.repository, ["newer"]);
    const rule = { keepLast: 1, keepDays: null, keepPatterns: [], keepPulledDays: null, untaggedDays: 1 };
    await db().$executeRaw`UPDATE manifests SET created_at = now() - interval '9 days' WHERE digest = ${image.digest}`;
    const asked = { productId: t.product.id, rule };
    const preview = await previewRetention(t.ctx, asked);
    const fate = preview.repositories[0]?.tags.find(({ name }) => name === "1.2.0");
    expect(fate).toMatchObject({ goes: false, why: "release 1.2.0" });
    await deleteTag(t.ctx, { repository: t.repository, tag: "1.2.0" });
    await db()
      .$executeRaw`UPDATE tag_events SET moved_at = now() - interval '9 days' WHERE from_digest = ${image.digest}`;
    const untagged = await previewRetention(t.ctx, asked);
    const staying = [{ digest: image.digest, goes: false, why: "release 1.2.0" }];
    expect(untagged.repositories[0]).toMatchObject({ going: [], staying });
    const { asOf, fingerprint } = untagged;
    await applyRetention(t.ctx, { ...asked, asOf: asOf.toISOString(), fingerprint, confirm: t.product.slug });
    expect(await isThere()).toBe(true);
  });

  it("as a platform of an index stays when the index goes", async () => {
    const index = await pushIndex(t.ctx, t.repository, "multi");
    const [child = "", other = ""] = index.children;
    const { id: releaseId } = await newRelease(t);
    await tieImage(t.ctx, { releaseId, repositoryId, reference: child });
    await publishRelease(t.ctx, { releaseId });
    const typed = { repositoryId, digest: index.digest, confirm: shortOf(index.digest) };
    expect(await deleteImage(t.ctx, typed)).toMatchObject({ children: [other] });
    expect([await isThere(child), await isThere(other)]).toEqual([true, false]);
  });

  it("is free again once that is archived or deleted", async () => {
    const { id: releaseId, version } = await published();
    await archiveRelease(t.ctx, { releaseId });
    await remove();
    expect((await viewRelease(t.ctx, { releaseId })).images).toMatchObject([{ digest: image.digest, isThere: false }]);
    await forceDeleteRelease(t.ctx, { releaseId, version });
    const again = await pushImage(t.ctx, t.repository, ["1.3.0"]);
    const next = await newRelease(t, { version: "1.3.0" });
    await tieImage(t.ctx, { releaseId: next.id, repositoryId, reference: "1.3.0" });
    await publishRelease(t.ctx, { releaseId: next.id });
    await forceDeleteRelease(t.ctx, { releaseId: next.id, version: "1.3.0" });
    await remove(again.digest);
    expect(await isThere(again.digest)).toBe(false);
  });
});

describe("deletions of the image at the same moment", () => {
  afterEach(async () => expect(await checkInvariants([t.tenant.id])).toEqual([]));

  it("either come before the release is published, which then is refused, or are refused", async () => {
    for (let n = 0; n < 8; n++) {
      image = await pushImage(t.ctx, t.repository, ["1.2.0"]);
      const { id: releaseId } = await tied();
      const [publishing, deleting] = await Promise.allSettled([publishRelease(t.ctx, { releaseId }), remove()]);
      const { status } = await db().release.findUniqueOrThrow({ where: { id: releaseId } });
      expect([publishing.status, deleting.status].sort()).toEqual(["fulfilled", "rejected"]);
      expect([status === "published", await isThere()]).toEqual(
        publishing.status === "fulfilled" ? [true, true] : [false, false],
      );
      for (const one of [publishing, deleting])
        if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "conflict" });
    }
  });

  it("either come before it is tied to a published release, which then finds nothing, or are refused", async () => {
    for (let n = 0; n < 8; n++) {
      image = await pushImage(t.ctx, t.repository, ["1.2.0"]);
      const { id: releaseId } = await newRelease(t, { status: "published" });
      const [tying, deleting] = await Promise.allSettled([
        tieImage(t.ctx, { releaseId, repositoryId, reference: image.digest }),
        remove(),
      ]);
      expect([tying.status, deleting.status].sort()).toEqual(["fulfilled", "rejected"]);
      expect(await isThere()).toBe(tying.status === "fulfilled");
      if (tying.status === "rejected") expect(tying.reason).toMatchObject({ code: "not_found" });
    }
  });
});
