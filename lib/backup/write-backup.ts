import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { inSnapshot, type Moment } from "#lib/db/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import { env } from "../env.ts";
import type { ArchiveWriter } from "./archive-writer.ts";
import { FORMAT, Manifest, sealOf } from "./manifest.ts";

/** A table to be read: which of its rows, and which of its columns. */
export interface TableToRead {
  table: string;
  /** SQL with $1 for the tenant's id, where there is a tenant. */
  where?: string;
  columns?: readonly string[];
  order?: string;
  fetchRows?: number;
}

export interface Wanted {
  tenant: Manifest["tenant"];
  tables: readonly TableToRead[];
  withBytes: boolean;
  now: Date;
  signal?: AbortSignal;
  /** Called between chunks. */
  onProgress?: (progress: { phase: string; done: number; total?: number }) => Promise<void> | void;
}

interface KeptBlob {
  digest: string;
  size: number;
  storageKey: string;
}

/** A member with rows is begun anew when it has so many bytes. */
const MEMBER_BYTES = 2 * 1024 * 1024;

/**
 * Fills an archive: rows as JSON Lines, all of one moment, then the manifest with its seal, then the bytes where they are
 * wanted. Whoever calls keeps the blobs from being cleaned up until it returns.
 */
export async function writeBackup(to: ArchiveWriter, wanted: Wanted): Promise<Manifest> {
  await to.add("format.json", Buffer.from(`${JSON.stringify({ product: "purser", format: FORMAT })}\n`));
  const { manifest, blobs } = await inSnapshot((moment) => writeRows(to, wanted, moment));
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  await to.add("manifest.json", bytes);
  await to.add("manifest.seal", Buffer.from(`${sealOf(bytes)}\n`));
  if (wanted.withBytes) await writeBlobs(to, wanted, blobs);
  return manifest;
}

async function writeRows(to: ArchiveWriter, wanted: Wanted, moment: Moment) {
  const { tenant, withBytes, now } = wanted;
  const manifest: Manifest = {
    format: FORMAT,
    schema: await schemaOf(moment),
    instance: env().PUBLIC_URL,
    tenant,
    takenAt: now.toISOString(),
    withBytes,
    tables: {},
    members: [],
    unfetched: tenant ? await unfetchedOf(moment, tenant.id) : 0,
    blobs: [],
  };
  let done = 0;
  for (const spec of wanted.tables) {
    const members = membersOf(moment, spec, tenant ? [tenant.id] : []);
    let rows = 0;
    for await (const { bytes, lines } of members) {
      wanted.signal?.throwIfAborted();
      const name = `rows/${spec.table}/${String(manifest.members.length + 1).padStart(6, "0")}.jsonl`;
      await to.add(name, bytes);
      manifest.members.push({ name, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
      rows += lines;
      done += lines;
      await wanted.onProgress?.({ phase: "rows", done });
    }
    manifest.tables[spec.table] = { rows, columns: await columnsOf(moment, spec) };
  }
  const blobs = await blobsOf(moment, tenant?.id ?? null);
  manifest.blobs = blobs.map(({ digest, size }) => ({ digest, size }));
  return { manifest: Manifest.parse(manifest), blobs };
}

async function* membersOf(moment: Moment, spec: TableToRead, values: readonly unknown[]) {
  let lines: string[] = [];
  let size = 0;
  const taken = () => {
    const member = { bytes: Buffer.from(`${lines.join("\n")}\n`), lines: lines.length };
    lines = [];
    size = 0;
    return member;
  };
  for await (const line of linesOf(moment, spec, values)) {
    lines.push(line);
    size += line.length;
    if (size >= MEMBER_BYTES) yield taken();
  }
  if (lines.length > 0) yield taken();
}

async function* linesOf(moment: Moment, spec: TableToRead, values: readonly unknown[]): AsyncIterable<string> {
  const { table, columns, order, fetchRows } = spec;
  const where = spec.where ?? (values.length > 0 ? "tenant_id = $1" : "true");
  const text = `SELECT row_to_json(r)::text AS line FROM (SELECT ${columns?.join(", ") ?? "*"} FROM ${table}
    WHERE ${where}${order ? ` ORDER BY ${order}` : ""}) r`;
  // What names no tenant takes no value.
  const read = moment.rows<{ line: string }>(text, where.includes("$1") ? values : [], fetchRows);
  for await (const rows of read) for (const { line } of rows) yield line;
}

async function schemaOf(moment: Moment): Promise<string> {
  const text = "SELECT max(migration_name) AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL";
  return (await all<{ name: string }>(moment, text, []))[0]?.name ?? "";
}

async function columnsOf(moment: Moment, { table, columns }: TableToRead): Promise<string[]> {
  const text = `SELECT attname::text AS name FROM pg_attribute
    WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;
  return columns ? [...columns] : (await all<{ name: string }>(moment, text, [table])).map(({ name }) => name);
}

/** Every blob that a repository or a release of the tenant has, or any at all. */
function blobsOf(moment: Moment, tenantId: string | null): Promise<KeptBlob[]> {
  const held = `AND (EXISTS (SELECT FROM repository_blobs r WHERE r.tenant_id = $1 AND r.digest = b.digest)
    OR EXISTS (SELECT FROM assets a WHERE a.tenant_id = $1 AND a.blob_digest = b.digest))`;
  const text = `SELECT b.digest, b.size::float8 AS size, b.storage_key AS "storageKey" FROM blobs b
    WHERE b.state = 'live' ${tenantId ? held : ""} ORDER BY b.digest`;
  return all<KeptBlob>(moment, text, tenantId ? [tenantId] : []);
}

/** How many layers images of mirrors name that the tenant does not have. */
async function unfetchedOf(moment: Moment, tenantId: string): Promise<number> {
  const text = `SELECT count(DISTINCT (r.repository_id, r.digest))::int AS count FROM manifest_references r
    WHERE r.tenant_id = $1 AND r.kind <> 'manifest' AND NOT EXISTS (
      SELECT FROM repository_blobs b WHERE b.repository_id = r.repository_id AND b.digest = r.digest)`;
  return (await all<{ count: number }>(moment, text, [tenantId]))[0]?.count ?? 0;
}

async function all<R extends object>(moment: Moment, text: string, values: readonly unknown[]): Promise<R[]> {
  const found: R[] = [];
  for await (const rows of moment.rows<R & Record<string, unknown>>(text, values)) found.push(...rows);
  return found;
}

async function writeBlobs(to: ArchiveWriter, wanted: Wanted, blobs: readonly KeptBlob[]): Promise<void> {
  for (const [done, { digest, size, storageKey }] of blobs.entries()) {
    wanted.signal?.throwIfAborted();
    await wanted.onProgress?.({ phase: "layers and files", done, total: blobs.length });
    const place = blobStore().locate(storageKey);
    const body = "path" in place ? createReadStream(place.path) : await place.open(0, size);
    await to.addStream(nameOfBlob(digest), body, size);
  }
}

/** `sha256:ab…` as a path of the archive. */
export function nameOfBlob(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}
