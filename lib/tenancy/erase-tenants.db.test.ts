import { describe, expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import { type Fixture, freshTenant, newUser } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { eraseDueTenants, inviteToTeam, requestDeletion } from "./index.ts";

const DAY = 86_400_000;
const digest = () => `sha256:${(newId() + newId()).replaceAll("-", "")}`;

/** Every table with a tenant's rows, as the database has them; partitions by their parent. */
async function tenantTables(): Promise<string[]> {
  const { rows } = await pool().query<{ name: string }>(`
    SELECT c.relname AS name FROM pg_class c
    JOIN information_schema.columns i ON i.table_schema = 'public' AND i.table_name = c.relname
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND i.column_name = 'tenant_id' ORDER BY 1`);
  return rows.map(({ name }) => name);
}

async function counts(tenantId: string): Promise<Record<string, number>> {
  const counted = (await tenantTables()).map(async (table) => {
    const text = `SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = $1`;
    const { rows } = await pool().query<{ n: number }>(text, [tenantId]);
    return [table, rows[0]?.n ?? 0] as const;
  });
  return Object.fromEntries(await Promise.all(counted));
}

/** Puts a row into each of the tenant's tables. */
async function fill(t: Fixture): Promise<void> {
  const tenantId = t.tenant.id;
  const [productId, memberId, userId] = [t.product.id, t.member.id, t.users.owner.id];
  const later = new Date(Date.now() + DAY);
  await inviteToTeam(t.ctx, { email: `i${newId()}@example.com`, role: "readonly" });
  await db().supportEntry.create({ data: { tenantId, userId, reason: "asked for", expiresAt: later } });
  await db().entitlement.create({ data: { tenantId, memberId, productId, source: "admin", grantedBy: "system" } });
  const answer = { requestHash: "h", status: 200, body: "{}" };
  await db().idempotencyKey.create({ data: { tenantId, actor: "system", key: "k", ...answer } });
  const key = { recipient: "age1", keyEncrypted: "x" };
  await db().backupSettings.create({ data: { tenantId, ...key } });
  const by = { startedBy: "system", startedByLabel: "Purser", withBytes: false };
  await db().backup.create({ data: { tenantId, ...key, ...by } });
  const robot = { kind: "robot", tenantId, name: "ci", secretHash: digest() } as const;
  await db().accessToken.create({ data: robot });
  const group = await db().memberGroup.create({ data: { tenantId, name: "Partners" } });
  await db().groupMember.create({ data: { tenantId, groupId: group.id, memberId } });
  await db().groupProduct.create({ data: { tenantId, groupId: group.id, productId } });
  const directoryUser = await db().directoryUser.create({
    data: { tenantId, userName: "ana", userNameKey: "ana", memberId },
  });
  await db().directoryGroupMember.create({
    data: { tenantId, groupId: group.id, directoryUserId: directoryUser.id },
  });
  await db().directorySuspension.create({ data: { tenantId, memberId, suspendedAt: later } });
  await db().directory.create({ data: { tenantId } });
  await db().directorySecret.create({ data: { tenantId, secretHash: digest(), hint: "h", createdBy: "x" } });
  const request = { method: "GET", path: "/Users", status: 200, requestId: "r" };
  await db().directoryRequest.create({ data: { tenantId, ...request } });
  const asked = { kind: "grant", productId, userId, requestedByLabel: "owner", requestId: "r" } as const;
  const bulk = await db().bulkChange.create({ data: { tenantId, ...asked } });
  await db().bulkItem.create({ data: { tenantId, bulkId: bulk.id, line: 1, email: "a@example.com", memberId } });
  const run = { kind: "test.run", label: "Test", viewCapability: "provider.view", startCapability: "provider.manage" };
  const { id: runId } = await db().operationRun.create({
    data: { tenantId, ...run, startedBy: "system", startedByLabel: "Purser", requestId: "r" },
  });
  await db().operationRunLine.create({ data: { tenantId, runId, n: 1, level: "info", text: "begun" } });
  await db().providerState.create({ data: { tenantId, kind: "mail" } });
  const policy = await db().policy.create({ data: { tenantId, kind: "immutability", name: "Versions stay" } });
  await db().policyVersion.create({
    data: { tenantId, policyId: policy.id, kind: "immutability", number: 1, document: {}, createdBy: "system" },
  });
  const picture = { takenAt: new Date(), takenBy: "system", takenByLabel: "Purser", content: Buffer.from("x") };
  await db().complianceSnapshot.create({
    data: { tenantId, ...picture, sha256: "0", signature: "s", publicKey: "k", counts: {} },
  });
  await fillBilling(tenantId, productId);
  await fillRegistry(tenantId, productId);
}

async function fillBilling(tenantId: string, productId: string): Promise<void> {
  const sealed = { restrictedKeyEncrypted: Buffer.from("k"), webhookSecretEncrypted: Buffer.from("s") };
  await db().stripeConnection.create({
    data: { tenantId, ...sealed, accountId: "acct_1", keyHint: "1234", livemode: false },
  });
  await db().stripePrice.create({ data: { tenantId, priceId: "price_1", name: "Add-on", currency: "eur" } });
  await db().stripePriceMapping.create({ data: { tenantId, productId, priceId: "price_1" } });
  await db().stripeStranger.create({ data: { tenantId, customerId: "cus_1", email: "s@example.com" } });
  await db().stripeReread.create({ data: { tenantId, requestId: "r" } });
  await db().stripeEvent.create({
    data: { tenantId, id: "evt_1", type: "invoice.paid", happenedAt: new Date(), livemode: false, payload: {} },
  });
}

async function fillRegistry(tenantId: string, productId: string): Promise<void> {
  const [blob, manifestDigest] = [digest(), digest()];
  await db().blob.create({ data: { digest: blob, size: 1, storageKey: blob } });
  const repository = await db().repository.create({ data: { tenantId, productId, name: `r/${newId()}` } });
  const of = { tenantId, repositoryId: repository.id };
  await db().repositoryBlob.create({ data: { ...of, digest: blob } });
  const content = { mediaType: "application/json", bytes: Buffer.from("{}") };
  const manifest = await db().manifest.create({ data: { ...of, digest: manifestDigest, ...content } });
  const reference = { digest: blob, kind: "layer", size: 1 } as const;
  await db().manifestReference.create({ data: { ...of, manifestId: manifest.id, ...reference } });
  await db().tag.create({ data: { ...of, name: "latest", digest: manifestDigest } });
  await db().tagEvent.create({ data: { ...of, name: "latest", toDigest: manifestDigest, movedBy: "system" } });
  await db().upload.create({ data: { ...of, startedBy: "system" } });
  const registry = await db().upstreamRegistry.create({ data: { tenantId, name: "Hub", url: "https://hub.example" } });
  const upstream = await db().upstreamRepository.create({ data: { ...of, registryId: registry.id, path: "a/b" } });
  await db().upstreamTag.create({ data: { tenantId, upstreamId: upstream.id, name: "latest", checkedAt: new Date() } });
  const release = await db().release.create({ data: { tenantId, productId, version: "1.0.0", versionKey: "1" } });
  const { id: announcementId } = await db().announcement.create({ data: { tenantId, releaseId: release.id } });
  const { id: memberId } = await db().member.findFirstOrThrow({ where: { tenantId } });
  await db().announcementLetter.create({ data: { tenantId, announcementId, memberId } });
  const recall = { productId, releaseId: release.id, label: "1.0.0", reason: "x", recalledBy: "system" };
  const { id: recallId } = await db().recall.create({ data: { tenantId, ...recall } });
  await db().recalledImage.create({ data: { ...of, recallId, digest: manifestDigest } });
  await db().recallLetter.create({ data: { tenantId, recallId, memberId } });
  const tied = { releaseId: release.id, digest: manifestDigest, manifestDigest };
  await db().releaseImage.create({ data: { ...of, ...tied } });
  await db().deletedVersion.create({ data: { tenantId, productId, version: "0.9.0", versionKey: "0" } });
  const asset = { releaseId: release.id, filename: "a.zip", size: 1, sha256: "0", blobDigest: blob };
  const { id: assetId } = await db().asset.create({ data: { tenantId, ...asset } });
  // Its month's own partition: one that is made later would find this row in the default's.
  await pool().query(
    "SELECT ensure_month(name, now()::date) FROM unnest('{pull_events,download_events}'::text[]) name",
  );
  const pull = { productId, repositoryId: repository.id, digest: manifestDigest, actor: "system" };
  await db().pullEvent.create({ data: { id: newId(), at: new Date(), tenantId, ...pull } });
  const counted = { day: new Date(), digest: manifestDigest, tag: "latest", pulls: 1, lastPulledAt: new Date() };
  await db().pullDay.create({ data: { ...of, ...counted } });
  const times = { firstAt: new Date(), lastAt: new Date() };
  await db().pulledBy.create({ data: { tenantId, ...pull, ...times, pulls: 1 } });
  const download = { tenantId, releaseId: release.id, assetId };
  await db().downloadEvent.create({
    data: { ...download, id: newId(), at: new Date(), productId, actor: "system", byLink: false },
  });
  await db().downloadDay.create({
    data: { ...download, day: new Date(), downloads: 1, lastDownloadedAt: new Date() },
  });
  await db().downloadedBy.create({ data: { ...download, productId, actor: "system", ...times, downloads: 1 } });
  const used = { tenantId, productId, day: new Date(), lastAt: new Date() };
  await db().productDay.create({ data: used });
  await db().memberDay.create({ data: { ...used, memberId } });
  await db().tagRules.create({ data: { tenantId, productId, keepLast: 10 } });
  const run = { requestedBy: "system", requestedByLabel: "Purser", dry: false, finishedAt: new Date() };
  await db().cleanupShare.create({ data: { tenant: { connect: { id: tenantId } }, run: { create: run } } });
}

describe("erasing a deleted tenant", () => {
  it("leaves its row and its log alone, of every table that there is, and another's rows as they are", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    for (const one of [t, other]) await fill(one);
    await requestDeletion(t.ctx, { name: t.tenant.name });
    const empty = Object.entries(await counts(t.tenant.id)).filter(([, rows]) => rows === 0);
    expect(empty, "the test fills every table, a new one too").toEqual([]);
    const [others, log] = [await other.rows(), await t.auditCount()];

    expect(await eraseDueTenants(new Date(t.ctx.now.getTime() + 7 * DAY - 1))).not.toContain(t.tenant.slug);
    expect((await counts(t.tenant.id)).products).toBe(1);
    expect(await eraseDueTenants(new Date(t.ctx.now.getTime() + 7 * DAY))).toContain(t.tenant.slug);

    const { audit_events, ...rest } = await counts(t.tenant.id);
    expect(new Set(Object.values(rest))).toEqual(new Set([0]));
    expect(audit_events).toBe(log + 1);
    expect(await t.lastAudit()).toMatchObject({
      action: "tenant.erased",
      actor: "system",
      after: { rows: { tags: 1 } },
    });
    const row = await db().tenant.findUniqueOrThrow({ where: { id: t.tenant.id } });
    expect(row).toMatchObject({ slug: t.tenant.slug, name: t.tenant.slug, deletedAt: expect.any(Date) });
    expect(await other.rows()).toEqual(others);
    expect((await counts(other.tenant.id)).pull_events).toBe(1);
  });

  it("is done once where several workers begin at once, and not at all once it was undone", async () => {
    const [due, kept] = [await freshTenant(), await freshTenant()];
    for (const t of [due, kept]) await requestDeletion(t.ctx, { name: t.tenant.name });
    await db().tenant.update({ where: { id: kept.tenant.id }, data: { deletionRequestedAt: null } });
    const at = new Date(Date.now() + 8 * DAY);
    const erased = (await Promise.all([eraseDueTenants(at), eraseDueTenants(at), eraseDueTenants(at)])).flat();
    expect(erased.filter((slug) => slug === due.tenant.slug)).toHaveLength(1);
    expect(erased).not.toContain(kept.tenant.slug);
    expect(await db().auditEvent.count({ where: { tenantId: due.tenant.id, action: "tenant.erased" } })).toBe(1);
  });

  it("leaves the people: their accounts are theirs", async () => {
    const [t, user] = [await freshTenant(), await newUser()];
    await db().member.create({ data: { tenantId: t.tenant.id, userId: user.id } });
    await requestDeletion(t.ctx, { name: t.tenant.name });
    await eraseDueTenants(new Date(Date.now() + 8 * DAY));
    expect(await db().user.findMany({ where: { id: { in: [user.id, t.users.owner.id] } } })).toHaveLength(2);
  });
});
