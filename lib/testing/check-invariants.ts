import { findBrokenLink } from "#lib/audit/index.ts";
import { db, pool } from "#lib/db/index.ts";
import { blobStore, DiskStore, digestOf } from "#lib/storage/index.ts";

/**
 * The invariants of threats.md, over everything that the database and the store hold: I1 bytes have their digest, I2 what
 * a tag leads to is all there, I3 no row without bytes, I5 no offset beyond what is durable, I7 a push and its record, and
 * an unbroken log. Asked while nobody writes.
 * @returns what does not hold, in words; nothing where all does
 */
export async function checkInvariants(): Promise<string[]> {
  const found = [await wrongBlobs(), await wrongManifests(), await missingReferences(), await wrongUploads()];
  return [...found.flat(), ...(await unrecordedPushes())];
}

async function wrongBlobs(): Promise<string[]> {
  const wrong: string[] = [];
  for (const { digest, size, storageKey } of await db().blob.findMany({ where: { state: "live" } })) {
    const bytes = await blobStore()
      .read(storageKey)
      .catch((error: Error) => error.message);
    if (typeof bytes === "string") wrong.push(`I3: blob ${digest} has no bytes: ${bytes}`);
    else if (!has(bytes, digest) || BigInt(bytes.length) !== size) wrong.push(`I1: blob ${digest} has other bytes`);
  }
  return wrong;
}

async function wrongManifests(): Promise<string[]> {
  const manifests = await db().manifest.findMany({ select: { digest: true, bytes: true } });
  return manifests
    .filter(({ digest, bytes }) => !has(Buffer.from(bytes), digest))
    .map(({ digest }) => `I1: manifest ${digest} has other bytes`);
}

const MISSING = `
  SELECT 'I2: tag ' || t.name || ' leads to no manifest' AS problem FROM tags t
    WHERE NOT EXISTS (SELECT FROM manifests m WHERE m.repository_id = t.repository_id AND m.digest = t.digest)
  UNION ALL
  SELECT 'I2: ' || mr.kind || ' ' || mr.digest || ' of a manifest is not there' FROM manifest_references mr
    JOIN manifests m ON m.id = mr.manifest_id
    WHERE mr.kind IN ('config', 'layer') AND NOT EXISTS (
        SELECT FROM repository_blobs rb JOIN blobs b ON b.digest = rb.digest AND b.state = 'live'
        WHERE rb.repository_id = mr.repository_id AND rb.digest = mr.digest)
      AND NOT EXISTS (
        SELECT FROM jsonb_path_query(convert_from(m.bytes, 'UTF8')::jsonb, '$.layers[*] ? (exists(@.urls))') layer
        WHERE layer->>'digest' = mr.digest)
  UNION ALL
  SELECT 'I2: manifest ' || mr.digest || ' of an index is not there' FROM manifest_references mr
    WHERE mr.kind = 'manifest' AND NOT EXISTS (
      SELECT FROM manifests m WHERE m.repository_id = mr.repository_id AND m.digest = mr.digest)`;

async function missingReferences(): Promise<string[]> {
  const { rows } = await pool().query<{ problem: string }>(MISSING);
  return rows.map(({ problem }) => problem);
}

async function wrongUploads(): Promise<string[]> {
  const store = blobStore();
  if (!(store instanceof DiskStore)) return []; // an object store's notes are per offset: the contract checks them
  const durable = new Map<string, number>();
  for await (const { uploadId, leftover, bytes } of store.listUploads())
    if (leftover === uploadId) durable.set(uploadId, bytes);
  const uploads = await db().upload.findMany({ select: { id: true, offset: true } });
  return uploads
    .filter(({ id, offset }) => Number(offset) > (durable.get(id) ?? 0))
    .map(({ id, offset }) => `I5: upload ${id} is at ${offset}, and has ${durable.get(id) ?? 0} bytes`);
}

async function unrecordedPushes(): Promise<string[]> {
  const { rows } = await pool().query<{ digest: string }>(`
    SELECT m.digest FROM manifests m WHERE NOT EXISTS (
      SELECT FROM audit_events a
      WHERE a.tenant_id = m.tenant_id AND a.action = 'registry.pushed' AND a.after->>'digest' = m.digest)`);
  const problems = rows.map(({ digest }) => `I7: manifest ${digest} was pushed without a record`);
  for (const { id } of await db().tenant.findMany({ select: { id: true } })) {
    const broken = await findBrokenLink(id);
    if (broken !== null) problems.push(`I7: the log of tenant ${id} is broken at ${broken}`);
  }
  return problems;
}

function has(bytes: Buffer, digest: string): boolean {
  return digestOf(bytes, digest.startsWith("sha512:") ? "sha512" : "sha256") === digest;
}
