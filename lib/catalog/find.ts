import { FreshCache, queryPrepared, type Reading, type Statement } from "#lib/db/index.ts";
import { LruCache } from "../lru-cache.ts";
import { processGlobal } from "../process-global.ts";

/** A manifest of a repository. */
export interface Manifest {
  digest: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  /** Exactly as pushed; null where the manifest was deleted meanwhile. */
  bytes(): Promise<Buffer | null>;
}

/** A blob of a repository. */
export interface Blob {
  digest: string;
  /** Bytes. */
  size: number;
  /** Where the store has it. */
  storageKey: string;
  /** Whether some manifest of the repository refers to it: until then it is the pusher's alone. */
  referenced: boolean;
}

const manifests = new FreshCache<Manifest | null>(5000);
const blobs = new FreshCache<Blob | null>(10_000);

/** A repository's manifest by tag or digest. */
export function findManifest(repositoryId: string, reference: string): Manifest | null | Promise<Manifest | null> {
  const byDigest = reference.includes(":");
  return manifests.get(`${repositoryId} ${reference}`, async () => {
    const statement = byDigest ? FIND_MANIFEST_BY_DIGEST : FIND_MANIFEST_BY_TAG;
    const [row] = await queryPrepared<ManifestRow>(statement, [repositoryId, reference]);
    if (!row) return NOT_THERE;
    const { digest, media_type: mediaType, size } = row;
    const manifest = { digest, mediaType, size, bytes: () => manifestBytes(repositoryId, digest) };
    const restsOn = [`manifest:${repositoryId}:${digest}`];
    if (!byDigest) restsOn.push(`tag:${repositoryId}:${reference}`);
    return { value: manifest, restsOn };
  });
}

/** A blob that a repository has, whoever may see it. */
export function findBlob(repositoryId: string, digest: string): Blob | null | Promise<Blob | null> {
  return blobs.get(`${repositoryId} ${digest}`, async () => {
    const [row] = await queryPrepared<BlobRow>(FIND_BLOB, [repositoryId, digest]);
    if (!row) return NOT_THERE;
    const blob = { digest, size: Number(row.size), storageKey: row.storage_key, referenced: row.referenced };
    // The first reference to a blob is told of by nobody, so that it has none is asked anew.
    return { value: blob, restsOn: blob.referenced ? [`blob:${repositoryId}:${digest}`, `bytes:${digest}`] : null };
  });
}

/** What is not there may be there a moment later, and is not told of. */
const NOT_THERE: Reading<null> = { value: null, restsOn: null };

const BYTES_MAX = 32 * 1024 * 1024;
const bytesByDigest = processGlobal("manifest-bytes", () => new LruCache<Buffer>(BYTES_MAX));

// What has a digest never changes: bytes that were read once, for any repository, are those of all.
async function manifestBytes(repositoryId: string, digest: string): Promise<Buffer | null> {
  const known = bytesByDigest.get(digest);
  if (known) return known;
  const [row] = await queryPrepared<{ bytes: Buffer }>(READ_MANIFEST, [repositoryId, digest]);
  if (!row) return null;
  bytesByDigest.set(digest, row.bytes, row.bytes.length);
  return row.bytes;
}

interface ManifestRow {
  digest: string;
  media_type: string;
  size: number;
}

const FIND_MANIFEST_BY_TAG: Statement = {
  name: "find_manifest_by_tag",
  text: `
    SELECT mf.digest, mf.media_type, octet_length(mf.bytes) AS size
    FROM tags tg JOIN manifests mf ON mf.repository_id = tg.repository_id AND mf.digest = tg.digest
    WHERE tg.repository_id = $1 AND tg.name = $2`,
};

const FIND_MANIFEST_BY_DIGEST: Statement = {
  name: "find_manifest_by_digest",
  text: `
    SELECT digest, media_type, octet_length(bytes) AS size FROM manifests WHERE repository_id = $1 AND digest = $2`,
};

const READ_MANIFEST: Statement = {
  name: "read_manifest",
  text: "SELECT bytes FROM manifests WHERE repository_id = $1 AND digest = $2",
};

interface BlobRow {
  size: string;
  storage_key: string;
  referenced: boolean;
}

const FIND_BLOB: Statement = {
  name: "find_blob",
  text: `
    SELECT b.size, b.storage_key, EXISTS (
        SELECT 1 FROM manifest_references mr WHERE mr.repository_id = rb.repository_id AND mr.digest = rb.digest
      ) AS referenced
    FROM repository_blobs rb JOIN blobs b ON b.digest = rb.digest AND b.state = 'live'
    WHERE rb.repository_id = $1 AND rb.digest = $2`,
};
