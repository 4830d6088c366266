import { findBrokenLink } from "#lib/audit/index.ts";
import { db, pool } from "#lib/db/index.ts";
import { blobStore, DiskStore, digestOf } from "#lib/storage/index.ts";

// What a repository mirrors comes when it is asked for (lib/upstream).
const NOT_MIRRORED = "NOT EXISTS (SELECT FROM upstream_repositories u WHERE u.repository_id = mr.repository_id)";

/** Each returns rows that must not be there; $1 are the tenants, null for all. */
const MUST_BE_EMPTY: Record<string, string> = {
  "I2: a tag leads to no manifest": `
    SELECT r.name || ':' || t.name AS what FROM tags t JOIN repositories r ON r.id = t.repository_id
    WHERE ($1::uuid[] IS NULL OR t.tenant_id = ANY($1))
      AND NOT EXISTS (SELECT FROM manifests m WHERE m.repository_id = t.repository_id AND m.digest = t.digest)`,
  "I2: a manifest's config or layer is not there": `
    SELECT m.digest || ' → ' || mr.digest AS what FROM manifest_references mr JOIN manifests m ON m.id = mr.manifest_id
    WHERE ($1::uuid[] IS NULL OR mr.tenant_id = ANY($1)) AND mr.kind IN ('config', 'layer')
      AND NOT EXISTS (
        SELECT FROM repository_blobs rb JOIN blobs b ON b.digest = rb.digest AND b.state = 'live'
        WHERE rb.repository_id = mr.repository_id AND rb.digest = mr.digest)
      AND NOT EXISTS (
        SELECT FROM jsonb_path_query(convert_from(m.bytes, 'UTF8')::jsonb, '$.layers[*] ? (exists(@.urls))') layer
        WHERE layer->>'digest' = mr.digest)
      AND ${NOT_MIRRORED}`,
  "I2: a child of an index is not there": `
    SELECT mr.digest AS what FROM manifest_references mr
    WHERE ($1::uuid[] IS NULL OR mr.tenant_id = ANY($1)) AND mr.kind = 'manifest' AND NOT EXISTS (
      SELECT FROM manifests m WHERE m.repository_id = mr.repository_id AND m.digest = mr.digest) AND ${NOT_MIRRORED}`,
  "I2: a published or yanked release has lost an image": `
    SELECT r.version || ' → ' || i.digest AS what FROM release_images i JOIN releases r ON r.id = i.release_id
    WHERE ($1::uuid[] IS NULL OR i.tenant_id = ANY($1)) AND r.status IN ('published', 'yanked')
      AND i.manifest_digest IS NULL`,
  "I4: a repository has a blob that is being removed": `
    SELECT rb.digest AS what FROM repository_blobs rb JOIN blobs b USING (digest)
    WHERE ($1::uuid[] IS NULL OR rb.tenant_id = ANY($1)) AND b.state <> 'live'`,
  "I7: a manifest was pushed without a record": `
    SELECT m.digest AS what FROM manifests m
    WHERE ($1::uuid[] IS NULL OR m.tenant_id = ANY($1)) AND NOT EXISTS (
      SELECT FROM audit_events a
      WHERE a.tenant_id = m.tenant_id AND a.action = 'registry.pushed' AND a.after->>'digest' = m.digest)`,
  "I7: a tag moved without a record": `
    SELECT t.tenant_id::text AS what
    FROM (SELECT tenant_id, count(*) AS moves FROM tag_events WHERE to_digest IS NOT NULL GROUP BY tenant_id) t
    WHERE ($1::uuid[] IS NULL OR t.tenant_id = ANY($1)) AND t.moves > (
      SELECT count(*) FROM audit_events a
      WHERE a.tenant_id = t.tenant_id AND a.action IN ('registry.pushed', 'registry.tagMoveUndone'))`,
  "the counter of what a tenant holds is wrong": `
    SELECT s.tenant_id || ' holds ' || h.bytes || ', not ' || s.bytes AS what
    FROM tenant_storage s JOIN LATERAL (SELECT coalesce(sum(b.size), 0) AS bytes FROM blobs b
      WHERE b.digest IN (SELECT digest FROM repository_blobs rb WHERE rb.tenant_id = s.tenant_id)) h ON true
    WHERE ($1::uuid[] IS NULL OR s.tenant_id = ANY($1)) AND s.bytes <> h.bytes`,
};

/**
 * The invariants of threats.md, over everything that the database and the store hold, or that these tenants do: every
 * byte is read and hashed again. Asked while nobody writes.
 * @returns what does not hold, in words; nothing where all does
 */
export async function checkInvariants(tenants: readonly string[] | null = null): Promise<string[]> {
  const broken: string[] = [];
  for (const [rule, text] of Object.entries(MUST_BE_EMPTY)) {
    const { rows } = await pool().query<{ what: string }>(text, [tenants]);
    broken.push(...rows.map(({ what }) => `${rule}: ${what}`));
  }
  for (const check of [wrongBlobs, wrongManifests, lostOffsets, brokenLogs]) broken.push(...(await check(tenants)));
  return broken;
}

type Check = (tenants: readonly string[] | null) => Promise<string[]>;

const wrongBlobs: Check = async (tenants) => {
  const repositories = tenants ? { some: { tenantId: { in: [...tenants] } } } : undefined;
  const wrong: string[] = [];
  for (const { digest, size, storageKey } of await db().blob.findMany({ where: { state: "live", repositories } })) {
    const bytes = await blobStore()
      .read(storageKey)
      .catch((error: Error) => error.message);
    if (typeof bytes === "string") wrong.push(`I3: blob ${digest} has no bytes: ${bytes}`);
    else if (!has(bytes, digest) || BigInt(bytes.length) !== size) wrong.push(`I1: blob ${digest} has other bytes`);
  }
  return wrong;
};

const wrongManifests: Check = async (tenants) => {
  const where = tenants ? { tenantId: { in: [...tenants] } } : {};
  const manifests = await db().manifest.findMany({ where, select: { digest: true, bytes: true } });
  return manifests
    .filter(({ digest, bytes }) => !has(Buffer.from(bytes), digest))
    .map(({ digest }) => `I1: manifest ${digest} has other bytes`);
};

const lostOffsets: Check = async (tenants) => {
  const store = blobStore();
  if (!(store instanceof DiskStore)) return []; // an object store's notes are per offset: the contract checks them
  const durable = new Map<string, number>();
  for await (const { uploadId, leftover, bytes } of store.listUploads())
    if (leftover === uploadId) durable.set(uploadId, bytes);
  const where = tenants ? { tenantId: { in: [...tenants] } } : {};
  return (await db().upload.findMany({ where, select: { id: true, offset: true } }))
    .filter(({ id, offset }) => Number(offset) > (durable.get(id) ?? 0))
    .map(({ id, offset }) => `I5: upload ${id} is at ${offset}, and has ${durable.get(id) ?? 0} bytes`);
};

const brokenLogs: Check = async (tenants) => {
  const broken: string[] = [];
  for (const id of tenants ?? (await db().tenant.findMany({ select: { id: true } })).map(({ id }) => id)) {
    const seq = await findBrokenLink(id);
    if (seq !== null) broken.push(`I7: the log of tenant ${id} is broken at ${seq}`);
  }
  return broken;
};

function has(bytes: Buffer, digest: string): boolean {
  return digestOf(bytes, digest.startsWith("sha512:") ? "sha512" : "sha256") === digest;
}
