import { describe, expect, it } from "vitest";
import { decide, ROLES } from "#lib/access/index.ts";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, newRelease, publishAsset } from "#lib/testing/index.ts";
import type { Ctx } from "../context.ts";
import {
  archiveRelease,
  createRelease,
  forceDeleteRelease,
  publishRelease,
  type ReleaseStatus,
  restoreRelease,
  STATUSES,
  updateRelease,
  yankRelease,
} from "./index.ts";

type Verb = (ctx: Ctx, releaseId: string, version: string) => Promise<object>;

interface Row {
  capability: "release.publish" | "release.archive" | "release.restore" | "release.forceDelete";
  action: string;
  work: Verb;
  /** What it leads to from each state; null changes nothing, an error is refused as a conflict. */
  from: Record<ReleaseStatus, ReleaseStatus | "gone" | null | "conflict">;
}

const always = (to: "gone") => ({ draft: to, published: to, yanked: to, archived: to });
const VERBS: Record<string, Row> = {
  publish: {
    capability: "release.publish",
    action: "release.published",
    work: (ctx, releaseId) => publishRelease(ctx, { releaseId }),
    from: { draft: "published", published: null, yanked: "conflict", archived: "conflict" },
  },
  yank: {
    capability: "release.archive",
    action: "release.yanked",
    work: (ctx, releaseId) => yankRelease(ctx, { releaseId, reason: "Eats disks." }),
    from: { draft: "conflict", published: "yanked", yanked: null, archived: "conflict" },
  },
  archive: {
    capability: "release.archive",
    action: "release.archived",
    work: (ctx, releaseId) => archiveRelease(ctx, { releaseId, reason: "Out of support." }),
    from: { draft: "archived", published: "archived", yanked: "archived", archived: null },
  },
  restore: {
    capability: "release.restore",
    action: "release.restored",
    work: (ctx, releaseId) => restoreRelease(ctx, { releaseId }),
    from: { draft: null, published: null, yanked: "published", archived: "published" },
  },
  "change of the channel": {
    capability: "release.publish",
    action: "release.updated",
    work: (ctx, releaseId) => updateRelease(ctx, { releaseId, channel: "lts" }),
    from: { draft: "draft", published: "conflict", yanked: "conflict", archived: "conflict" },
  },
  "change of the notes": {
    capability: "release.publish",
    action: "release.updated",
    work: (ctx, releaseId) => updateRelease(ctx, { releaseId, notes: "New." }),
    from: { draft: "draft", published: "published", yanked: "yanked", archived: "archived" },
  },
  "force delete": {
    capability: "release.forceDelete",
    action: "release.deleted",
    work: (ctx, releaseId, version) => forceDeleteRelease(ctx, { releaseId, version }),
    from: always("gone"),
  },
};

/** A release in a state, as the verbs make it. */
async function releaseIn(t: Fixture, status: ReleaseStatus) {
  const columns = status === "archived" ? { status, publishedAt: new Date(), archivedAt: new Date() } : { status };
  return newRelease(t, columns);
}

const statusOf = async (id: string) => (await db().release.findUnique({ where: { id } }))?.status ?? "gone";

describe.each(Object.entries(VERBS))("to %s a release", (_, { capability, action, work, from }) => {
  it.each(STATUSES)("that is %s, for every role", async (status) => {
    const t = await freshTenant();
    for (const role of ROLES) {
      const release = await releaseIn(t, status);
      const ctx = t.as(role);
      const [rows, events] = [await t.rows(), await t.auditCount()];
      const done = work(ctx, release.id, release.version);
      const to = from[status];
      if (!decide(ctx.actor, capability).allowed) {
        await expect(done).rejects.toMatchObject({ code: "forbidden", reason: capability });
        expect(await t.rows()).toEqual(rows);
      } else if (to === "conflict") {
        await expect(done).rejects.toMatchObject({ code: "conflict" });
        expect([await t.rows(), await t.auditCount()]).toEqual([rows, events]);
      } else if (to === null) {
        expect(await done).toMatchObject({ changed: false, release: { status } });
        expect([await t.rows(), await t.auditCount()]).toEqual([rows, events]);
      } else {
        await done;
        expect(await statusOf(release.id)).toBe(to);
        expect(await t.lastAudit()).toMatchObject({ action, subjectId: release.id, subjectType: "release" });
        expect(await t.auditCount()).toBe(events + 1);
      }
    }
  });

  it("of another tenant is not there", async () => {
    const [a, b] = [await freshTenant(), await freshTenant()];
    const release = await releaseIn(b, "published");
    const rows = await b.rows();
    await expect(work(a.ctx, release.id, release.version)).rejects.toMatchObject({ code: "not_found" });
    expect(await b.rows()).toEqual(rows);
  });
});

describe("a release", () => {
  it("is made as a draft, its leading v taken off, its channel by its version", async () => {
    const t = await freshTenant();
    const make = (version: string, channel?: string) =>
      createRelease(t.as("operator"), { productId: t.product.id, version, channel });
    expect(await make("v1.0.0")).toMatchObject({ version: "1.0.0", channel: "stable", status: "draft" });
    expect(await t.lastAudit()).toMatchObject({ action: "release.created", after: { version: "1.0.0" } });
    expect(await make("1.1.0-rc.1")).toMatchObject({ channel: "beta" });
    expect(await make("1.1.0-rc.2", "nightly")).toMatchObject({ channel: "nightly" });
    await expect(make("1.2")).rejects.toMatchObject({ code: "invalid", fields: { version: expect.any(String) } });
    await expect(make("1.2.0", "No Channel")).rejects.toMatchObject({ code: "invalid" });
  });

  it("is made by nobody who may not, nor in another tenant's product or an archived one", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const archived = await t.addProduct({ archivedAt: new Date() });
    const rows = [await t.rows(), await other.rows()];
    const make = (ctx: Ctx, productId: string) => createRelease(ctx, { productId, version: "1.0.0" });
    await expect(make(t.as("readonly"), t.product.id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(make(t.ctx, other.product.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(make(t.ctx, archived.id)).rejects.toMatchObject({ code: "not_found" });
    expect([await t.rows(), await other.rows()]).toEqual(rows);
  });

  it("keeps its version to itself, while it is there and ever after, whatever its build is called", async () => {
    const t = await freshTenant();
    const make = (version: string) => createRelease(t.ctx, { productId: t.product.id, version });
    const { id } = await make("1.0.0+linux");
    const taken = { code: "conflict", reason: "version_taken" };
    for (const version of ["1.0.0+linux", "v1.0.0", "1.0.0+mac"])
      await expect(make(version)).rejects.toMatchObject(taken);
    await expect(forceDeleteRelease(t.ctx, { releaseId: id, version: "1.0.0" })).rejects.toMatchObject({
      code: "invalid",
    });
    await forceDeleteRelease(t.ctx, { releaseId: id, version: "1.0.0+linux" });
    for (const version of ["1.0.0+linux", "1.0.0"]) await expect(make(version)).rejects.toMatchObject(taken);
    // Another product's versions are its own.
    const other = await t.addProduct();
    expect(await createRelease(t.ctx, { productId: other.id, version: "1.0.0" })).toMatchObject({ version: "1.0.0" });
  });

  it("is made once by many at once", async () => {
    const t = await freshTenant();
    const made = await Promise.allSettled(
      Array.from({ length: 5 }, () => createRelease(t.ctx, { productId: t.product.id, version: "1.0.0" })),
    );
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of made) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "conflict" });
  });

  it("that was a draft when it was archived is one again, and what was yanked is yanked again", async () => {
    const t = await freshTenant();
    const { id: releaseId } = await createRelease(t.ctx, { productId: t.product.id, version: "1.0.0" });
    await archiveRelease(t.ctx, { releaseId });
    expect((await restoreRelease(t.ctx, { releaseId })).release).toMatchObject({ status: "draft", archivedAt: null });
    await publishRelease(t.ctx, { releaseId });
    await yankRelease(t.ctx, { releaseId, reason: "Eats disks." });
    await archiveRelease(t.ctx, { releaseId });
    const { release } = await restoreRelease(t.ctx, { releaseId });
    expect(release).toMatchObject({ status: "yanked", yankReason: "Eats disks.", archivedAt: null });
    const back = await restoreRelease(t.ctx, { releaseId });
    expect(back.release).toMatchObject({ status: "published", yankReason: null, yankedAt: null });
  });

  it("is yanked for a reason that is one line", async () => {
    const t = await freshTenant();
    const { id: releaseId } = await newRelease(t, { status: "published" });
    for (const reason of ["", "  ", "a\nb", "x".repeat(501)]) {
      await expect(yankRelease(t.ctx, { releaseId, reason })).rejects.toMatchObject({
        fields: { reason: expect.any(String) },
      });
    }
    await yankRelease(t.ctx, { releaseId, reason: " Eats disks. " });
    expect(await t.lastAudit()).toMatchObject({ action: "release.yanked", reason: "Eats disks." });
  });

  it("goes for good with its files, which the log names", async () => {
    const t = await freshTenant();
    const file = await publishAsset(t, { product: t.product });
    const { releaseId } = await db().asset.findUniqueOrThrow({ where: { id: file.id } });
    const { version } = await db().release.findUniqueOrThrow({ where: { id: releaseId } });
    expect(await forceDeleteRelease(t.ctx, { releaseId, version })).toEqual({ version, assets: 1 });
    expect(await t.lastAudit()).toMatchObject({
      action: "release.deleted",
      before: { version, status: "published", assets: { [file.filename]: file.digest.slice(7) } },
    });
    expect(await db().asset.count({ where: { id: file.id } })).toBe(0);
  });

  it("goes with signatures, images and uploads under way, and takes no other release's", async () => {
    const t = await freshTenant();
    const { id: kept } = await db().asset.findUniqueOrThrow({
      where: { id: (await publishAsset(t, { product: t.product })).id },
    });
    const file = await publishAsset(t, { product: t.product });
    const { blobDigest, ...asset } = await db().asset.findUniqueOrThrow({ where: { id: file.id } });
    const of = { tenantId: t.tenant.id, releaseId: asset.releaseId };
    const signature = { filename: "app.sig", size: 1, sha256: "0", blobDigest, signsId: asset.id };
    await db().asset.create({ data: { ...of, ...signature } });
    await db().upload.create({ data: { ...of, startedBy: "system", filename: "next" } });
    const { version } = await db().release.findUniqueOrThrow({ where: { id: asset.releaseId } });
    expect(await forceDeleteRelease(t.ctx, { releaseId: asset.releaseId, version })).toEqual({ version, assets: 2 });
    const left = await db().asset.findMany({ where: { tenantId: t.tenant.id } });
    expect(left.map(({ id }) => id)).toEqual([kept]);
    expect(await db().upload.count({ where: { tenantId: t.tenant.id } })).toBe(0);
  });

  it("is published or archived, one after the other, where both are asked at once", async () => {
    const t = await freshTenant();
    for (let n = 0; n < 8; n++) {
      const { id: releaseId } = await newRelease(t);
      const [published] = await Promise.allSettled([
        publishRelease(t.ctx, { releaseId }),
        archiveRelease(t.ctx, { releaseId }),
      ]);
      // Archived last in any case: what was published first says so, and comes back as that.
      const row = await db().release.findUniqueOrThrow({ where: { id: releaseId } });
      expect(row.status).toBe("archived");
      expect(row.publishedAt !== null).toBe(published.status === "fulfilled");
    }
  });
});
