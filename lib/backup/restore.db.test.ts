import { beforeEach, describe, expect, it } from "vitest";
import { findBrokenLink } from "#lib/audit/index.ts";
import { type Backup, db } from "#lib/db/index.ts";
import { grantEntitlement, revokeEntitlement } from "#lib/entitlements/index.ts";
import { suspendMember } from "#lib/tenancy/index.ts";
import { type Fixture, freshTenant, isWhole, nameSigners, pushImage, swept } from "#lib/testing/index.ts";
import { makeBackup, restore, setPassphrase } from "./index.ts";
import { asked, countsOf, look, lookAndDo, opened, PASSPHRASE, withPassphrase } from "./restore.contract.ts";

let t: Fixture;
let grant: { id: string };
let image: Awaited<ReturnType<typeof pushImage>>;

beforeEach(async () => {
  t = await freshTenant({ product: { requiresEntitlement: true }, subscription: { kind: "lifetime", status: null } });
  await withPassphrase(t);
  ({ grant } = await grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id }));
  image = await pushImage(t.ctx, t.repository);
});

const backUp = (withBytes = false) => makeBackup(t.ctx, { withBytes });
const revoke = () => revokeEntitlement(t.ctx, { entitlementId: grant.id, reason: "wrong" });
const activeGrants = () => db().entitlement.count({ where: { tenantId: t.tenant.id, revokedAt: null } });

/** Takes the product's image away as if somebody had deleted it, and its bytes' links too. */
async function loseImage(): Promise<void> {
  const of = { where: { tenantId: t.tenant.id } };
  await db().tag.deleteMany(of);
  await db().manifest.deleteMany(of);
  await db().repositoryBlob.deleteMany(of);
}

describe("looking at a restore", () => {
  it("says that nothing would change where nothing did, and changes nothing", async () => {
    const backup = await backUp();
    const before = await t.rows();
    const report = await look(t, backup);
    expect(report.tables.filter(({ added, changed, removed }) => added + changed + removed > 0)).toEqual([]);
    expect(report).toMatchObject({ gained: { pairs: 0 }, lost: { pairs: 0 }, comingBack: [], missing: { count: 0 } });
    expect(await t.rows()).toEqual(before);
  });

  it("says the same twice, and another thing once the tenant has changed", async () => {
    const backup = await backUp();
    await db().product.update({ where: { id: t.product.id }, data: { name: "Renamed" } });
    const first = await look(t, backup);
    expect((await look(t, backup)).planHash).toBe(first.planHash);
    await db().product.update({ where: { id: t.product.id }, data: { description: "More" } });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { graceDays: 20 } });
    expect((await look(t, backup)).planHash).not.toBe(first.planHash);
  });

  it("is refused with another key, and with another workspace's backup", async () => {
    const other = await freshTenant();
    await setPassphrase(other.ctx, { passphrase: PASSPHRASE });
    const theirs = await makeBackup(other.ctx, { withBytes: false });
    const backup = await backUp();
    const { opener } = await opened(theirs);
    const wanted = asked(backup, {});
    await expect(restore(t.ctx, { backup, opener, wanted, planHash: null })).rejects.toMatchObject({ code: "invalid" });
    // As if its row had been forged: the file says whose it is.
    const forged = { ...theirs, tenantId: t.tenant.id } as Backup;
    await expect(restore(t.ctx, { backup: forged, opener, wanted, planHash: null })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("restoring all of it", () => {
  it("sets back what was changed, and gives back what was lost", async () => {
    const backup = await backUp();
    const before = await t.rows();
    await db().product.update({ where: { id: t.product.id }, data: { name: "Renamed", description: "Other" } });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { graceDays: 30 } });
    await loseImage();
    const report = await lookAndDo(t, backup);
    expect(countsOf(report, "products")).toEqual([0, 1, 0]);
    expect(countsOf(report, "manifests")).toEqual([1, 0, 0]);
    expect(countsOf(report, "tags")).toEqual([1, 0, 0]);
    const after = await t.rows();
    // The tag's way back is one of its moves; when a blob was last counted on is today.
    for (const table of ["tag_events", "operation_runs", "operation_run_lines", "backups"]) {
      delete before[table];
      delete after[table];
    }
    expect(after).toEqual(before);
    expect(await t.lastAudit()).toMatchObject({ action: "backup.restored", subjectId: backup.id });
  });

  it("is refused where the tenant changed since it was looked at, and changes nothing then", async () => {
    const backup = await backUp();
    await db().product.update({ where: { id: t.product.id }, data: { name: "Renamed" } });
    const { planHash } = await look(t, backup);
    await db().tenant.update({ where: { id: t.tenant.id }, data: { graceDays: 30 } });
    const before = await t.rows();
    const doing = restore(t.ctx, { ...(await opened(backup)), wanted: asked(backup, {}), planHash });
    await expect(doing).rejects.toMatchObject({ code: "conflict", reason: "changed_since" });
    expect(await t.rows()).toEqual(before);
  });

  it("leaves members, products and releases that came since as they are", async () => {
    const backup = await backUp();
    const [member, product] = [await t.addMember(), await t.addProduct()];
    await lookAndDo(t, backup, { undoNewer: true });
    expect(await db().member.findUnique({ where: { id: member.id } })).not.toBeNull();
    expect(await db().product.findUnique({ where: { id: product.id } })).not.toBeNull();
  });

  it("takes away grants and tags that came since only where that is asked", async () => {
    const backup = await backUp();
    const member = await t.addMember({ kind: "lifetime", status: null });
    await grantEntitlement(t.ctx, { memberId: member.id, productId: t.product.id });
    await pushImage(t.ctx, t.repository, ["newer"]);
    await lookAndDo(t, backup);
    expect(await activeGrants()).toBe(2);
    const report = await look(t, backup, { undoNewer: true });
    expect(report.lost).toMatchObject({
      pairs: 1,
      members: 1,
      rows: [{ email: member.email, product: t.product.slug }],
    });
    await lookAndDo(t, backup, { undoNewer: true });
    expect(await activeGrants()).toBe(1);
    const ended = await db().entitlement.findFirstOrThrow({ where: { memberId: member.id } });
    expect(ended).toMatchObject({ revokedBy: `user:${t.users.owner.id}` });
  });

  it("is done a second time without changing anything more", async () => {
    const backup = await backUp();
    await loseImage();
    await lookAndDo(t, backup);
    const before = await t.rows();
    await lookAndDo(t, backup);
    expect(await t.rows()).toEqual(before);
  });
});

describe("what was taken since", () => {
  it("stays taken: a revoked grant, a suspended member, a restricted product", async () => {
    await db().product.update({ where: { id: t.product.id }, data: { requiresEntitlement: false } });
    const backup = await backUp();
    await revoke();
    await suspendMember(t.ctx, { memberId: t.member.id, reason: "fraud" } as never);
    await db().product.update({ where: { id: t.product.id }, data: { requiresEntitlement: true } });
    const report = await lookAndDo(t, backup);
    expect(report.comingBack.map(({ kind, total }) => [kind, total])).toEqual([
      ["member", 1],
      ["restriction", 1],
      ["grant", 1],
    ]);
    expect(report.gained.pairs).toBe(0);
    expect(await activeGrants()).toBe(0);
    expect((await db().member.findUniqueOrThrow({ where: { id: t.member.id } })).suspendedAt).not.toBeNull();
    expect((await db().product.findUniqueOrThrow({ where: { id: t.product.id } })).requiresEntitlement).toBe(true);
  });

  it("comes back where it is named, as a new row of the ledger, and is said to", async () => {
    const backup = await backUp();
    await revoke();
    const unasked = await look(t, backup);
    expect(unasked.gained.pairs).toBe(0);
    const [kind] = unasked.comingBack;
    expect(kind).toMatchObject({ kind: "grant", rows: [{ label: `${t.member.email}, ${t.product.slug}` }] });
    const report = await lookAndDo(t, backup, { bringBack: [kind?.rows[0]?.key ?? ""] });
    expect(report.gained).toMatchObject({ pairs: 1, rows: [{ email: t.member.email }] });
    const rows = await db().entitlement.findMany({ where: { tenantId: t.tenant.id }, orderBy: { id: "asc" } });
    expect(rows.map(({ revokedAt }) => revokedAt !== null)).toEqual([true, false]);
    expect(rows[1]).toMatchObject({ source: "admin", grantedBy: `user:${t.users.owner.id}` });
  });
});

describe("a backup without bytes", () => {
  it("says which layers are gone, and is not restored then; one with bytes brings them", async () => {
    const [without, having] = [await backUp(), await backUp(true)];
    await loseImage();
    await swept();
    expect(await isWhole(image.layer)).toBe(false);
    const report = await look(t, without);
    expect(report.missing).toMatchObject({ count: 2 });
    await expect(lookAndDo(t, without)).rejects.toMatchObject({ code: "conflict", reason: "layers_missing" });
    expect(await isWhole(image.layer)).toBe(false);
    expect((await look(t, having)).missing.count).toBe(0);
    await lookAndDo(t, having);
    expect(await isWhole(image.layer)).toBe(true);
    expect(await db().tag.findFirst({ where: { tenantId: t.tenant.id } })).toMatchObject({ digest: image.digest });
  });
});

describe("a restore into a new workspace", () => {
  it("has everything under ids of its own, and leaves the old one as it is", async () => {
    await db().user.update({ where: { id: t.users.owner.id }, data: { isInstanceAdmin: true } });
    const backup = await backUp();
    const slug = `n${t.tenant.slug.slice(1)}`;
    const before = await t.rows();
    const audit = await db().auditEvent.count({ where: { tenantId: t.tenant.id } });
    await lookAndDo(t, backup, { into: { slug, name: "Copy" } });
    expect(await t.rows()).toEqual(before);
    const made = await db().tenant.findUniqueOrThrow({ where: { slug }, include: { memberships: true } });
    expect(made.memberships).toMatchObject([{ userId: t.users.owner.id, role: "owner" }]);
    const of = { where: { tenantId: made.id } };
    expect(await db().member.findMany(of)).toMatchObject([{ userId: t.member.userId }]);
    expect(await db().entitlement.findMany(of)).toMatchObject([{ revokedAt: null, source: "admin" }]);
    expect(await db().repository.findMany(of)).toMatchObject([{ name: `${slug}/${t.product.slug}` }]);
    expect(await db().tag.findMany(of)).toMatchObject([{ digest: image.digest }]);
    expect(await db().repositoryBlob.count(of)).toBe(2);
    const ids = new Set((await db().entitlement.findMany(of)).map(({ id }) => id));
    expect(ids.has(grant.id)).toBe(false);
    expect(await findBrokenLink(made.id)).toBeNull();
    // What the log had when the backup was read, and the workspace's own begin.
    expect(await db().auditEvent.count(of)).toBeGreaterThanOrEqual(audit);
    expect(await db().auditEvent.count({ where: { tenantId: t.tenant.id } })).toBe(audit + 1);
  });

  it("archives the policies that were in force as of now: they are not old when they are pruned by age", async () => {
    await db().user.update({ where: { id: t.users.owner.id }, data: { isInstanceAdmin: true } });
    await nameSigners(t, {});
    const slug = `n${t.tenant.slug.slice(1)}`;
    await lookAndDo(t, await backUp(), { into: { slug, name: "Copy" } });
    const [version] = await db().policyVersion.findMany({ where: { policy: { tenant: { slug } } } });
    expect(version).toMatchObject({ state: "archived", archivedAt: expect.any(Date) });
  });

  it("is for who may make workspaces", async () => {
    const backup = await backUp();
    const into = { slug: `n${t.tenant.slug.slice(1)}`, name: "Copy" };
    await expect(look(t, backup, { into })).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("restoring one product", () => {
  it("touches no other product, no member and no setting", async () => {
    const other = await t.addProduct();
    const backup = await backUp();
    await db().product.update({ where: { id: t.product.id }, data: { name: "Renamed" } });
    await db().product.update({ where: { id: other.id }, data: { name: "Renamed too" } });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { graceDays: 30 } });
    await loseImage();
    const report = await lookAndDo(t, backup, { part: "product", product: t.product.slug });
    expect(countsOf(report, "products")).toEqual([0, 1, 0]);
    expect(countsOf(report, "manifests")).toEqual([1, 0, 0]);
    expect((await db().product.findUniqueOrThrow({ where: { id: other.id } })).name).toBe("Renamed too");
    expect((await db().product.findUniqueOrThrow({ where: { id: t.product.id } })).name).toBe(t.product.name);
    expect((await db().tenant.findUniqueOrThrow({ where: { id: t.tenant.id } })).graceDays).toBe(30);
    expect(await db().manifest.findFirst({ where: { tenantId: t.tenant.id } })).toMatchObject({ digest: image.digest });
  });
});
