import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { findBrokenLink } from "#lib/audit/index.ts";
import { pool } from "#lib/db/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import { fileOf } from "#lib/testing/index.ts";

/** Each returns rows that must not be there; $1 are the tenants. */
const MUST_BE_EMPTY: Record<string, string> = {
  "I2: a tag leads to no manifest": `
    SELECT r.name || ':' || t.name AS what FROM tags t JOIN repositories r ON r.id = t.repository_id
    WHERE t.tenant_id = ANY($1)
      AND NOT EXISTS (SELECT FROM manifests m WHERE m.repository_id = t.repository_id AND m.digest = t.digest)`,
  "I2: a manifest refers to what its repository lacks": `
    SELECT m.digest || ' → ' || mr.digest AS what
    FROM manifest_references mr JOIN manifests m ON m.id = mr.manifest_id
    LEFT JOIN repository_blobs rb ON rb.repository_id = mr.repository_id AND rb.digest = mr.digest
    LEFT JOIN blobs b ON b.digest = rb.digest AND b.state = 'live'
    WHERE mr.tenant_id = ANY($1) AND mr.kind <> 'manifest' AND b.digest IS NULL`,
  "I4: a repository has a blob that is being removed": `
    SELECT rb.digest AS what FROM repository_blobs rb JOIN blobs b USING (digest)
    WHERE rb.tenant_id = ANY($1) AND b.state <> 'live'`,
  "the counter of what a tenant holds is wrong": `
    SELECT s.tenant_id || ' holds ' || h.bytes || ', not ' || s.bytes AS what
    FROM tenant_storage s JOIN LATERAL (SELECT coalesce(sum(b.size), 0) AS bytes FROM blobs b
      WHERE b.digest IN (SELECT digest FROM repository_blobs rb WHERE rb.tenant_id = s.tenant_id)) h ON true
    WHERE s.tenant_id = ANY($1) AND s.bytes <> h.bytes`,
  "I7: a tag moved without a row of the audit log": `
    SELECT t.tenant_id::text AS what
    FROM (SELECT tenant_id, count(*) AS moves FROM tag_events WHERE to_digest IS NOT NULL GROUP BY tenant_id) t
    WHERE t.tenant_id = ANY($1) AND t.moves > (
      SELECT count(*) FROM audit_events a WHERE a.tenant_id = t.tenant_id AND a.action = 'registry.pushed')`,
};

/** What of threats.md's invariants does not hold for these tenants: everything is read and hashed again. */
export async function brokenInvariants(tenants: readonly string[]): Promise<string[]> {
  const broken: string[] = [];
  for (const [rule, text] of Object.entries(MUST_BE_EMPTY)) {
    const { rows } = await pool().query<{ what: string }>(text, [tenants]);
    broken.push(...rows.map(({ what }) => `${rule}: ${what}`));
  }
  for (const id of tenants) {
    const seq = await findBrokenLink(id);
    if (seq) broken.push(`the audit log of ${id} is broken at ${String(seq)}`);
  }
  return [...broken, ...(await wrongBytes(tenants)), ...(await lostOffsets(tenants))];
}

async function wrongBytes(tenants: readonly string[]): Promise<string[]> {
  const { rows } = await pool().query<{ digest: string; key: string }>(
    `SELECT digest, storage_key AS key FROM blobs
     WHERE digest IN (SELECT digest FROM repository_blobs WHERE tenant_id = ANY($1)) AND state = 'live'`,
    [tenants],
  );
  const broken: string[] = [];
  for (const { digest, key } of rows) {
    if (!existsSync(fileOf(key))) broken.push(`I3: ${digest} has a row and no file`);
    else if ((await hashOf(fileOf(key))) !== digest) broken.push(`I1: the bytes of ${digest} are others`);
  }
  return broken;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `sha256:${hash.digest("hex")}`;
}

async function lostOffsets(tenants: readonly string[]): Promise<string[]> {
  const { rows } = await pool().query<{ id: string; offset: string }>(
    `SELECT id, "offset" FROM uploads WHERE tenant_id = ANY($1) AND "offset" > 0`,
    [tenants],
  );
  const stored = new Map<string, number>();
  for await (const { uploadId, leftover, bytes } of blobStore().listUploads()) {
    if (uploadId === leftover) stored.set(uploadId, bytes);
  }
  return rows
    .filter(({ id, offset }) => (stored.get(id) ?? 0) < Number(offset))
    .map(({ id, offset }) => `I5: upload ${id} was told ${offset} bytes and has ${stored.get(id) ?? 0}`);
}
