import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import type { Tx } from "#lib/db/index.ts";
import {
  beginFileCheck,
  type FileCheck,
  type FileSignature,
  type Found,
  readFileSignature,
  SIGNATURE_BYTES_MAX,
  type SigningKey,
  together,
} from "#lib/signatures/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import { log } from "../../log.ts";
import { LruCache } from "../../lru-cache.ts";
import { processGlobal } from "../../process-global.ts";
import { isSignature } from "../assets/asset-fields.ts";

/** A file of a release that needs a signature, with the files that may be one. */
export interface FileToCheck extends StoredFile {
  id: string;
  releaseId: string;
  filename: string;
  sha256: string;
  signatures: StoredFile[];
}

interface StoredFile {
  filename: string;
  /** Bytes. */
  size: number;
  digest: string;
  storageKey: string;
}

export interface ReleaseKeys {
  tenantId: string;
  releaseIds: readonly string[];
}

export interface CheckedFile extends Found {
  file: FileToCheck;
  /** Its bytes would have to be read for it, and are more than was allowed. */
  isUnread: boolean;
  /** How many were read for it. */
  bytes: number;
}

// More than anybody makes of one file.
const SIGNATURES_MAX = 20;
const CACHED_MAX = 20_000;

/** The files of releases that need signatures: all but signatures. */
export async function filesOf(db: Tx, { tenantId, releaseIds }: ReleaseKeys): Promise<FileToCheck[]> {
  const rows = await db.asset.findMany({
    where: { tenantId, releaseId: { in: [...releaseIds] } },
    include: { blob: { select: { storageKey: true } } },
    orderBy: [{ releaseId: "asc" }, { filename: "asc" }],
  });
  const stored = ({ filename, size, blobDigest, blob }: (typeof rows)[number]): StoredFile => {
    return { filename, size: Number(size), digest: blobDigest, storageKey: blob.storageKey };
  };
  const signing = Map.groupBy(rows, ({ signsId }) => signsId);
  return rows
    .filter((row) => !isSignature(row))
    .map((row) => ({
      ...stored(row),
      id: row.id,
      releaseId: row.releaseId,
      sha256: row.sha256,
      signatures: (signing.get(row.id) ?? []).map(stored),
    }));
}

/**
 * Who signed each file. Bytes are read once a file, in order, as long as `bytesMax` are not passed: which is slow where files
 * are large, so nothing is locked meanwhile.
 */
export async function checkFiles(
  files: readonly FileToCheck[],
  keys: readonly SigningKey[],
  bytesMax: number,
): Promise<CheckedFile[]> {
  let left = bytesMax;
  const checked: CheckedFile[] = [];
  for (const file of files) {
    const one = await checkFile(file, keys, left);
    left -= one.bytes;
    checked.push({ file, ...one.found, isUnread: one.isUnread, bytes: one.bytes });
  }
  return checked;
}

// What a signature says of a file with some keys never changes: both are named by their digests.
const known = processGlobal("file-signatures", () => new LruCache<Found>(CACHED_MAX));

async function checkFile(file: FileToCheck, keys: readonly SigningKey[], left: number) {
  const tried = await Promise.all(
    file.signatures.slice(0, SIGNATURES_MAX).map((signature) => begin(file, signature, keys)),
  );
  const open = tried.filter(({ check }) => check.wantsBytes);
  const done = together(tried.map(({ check }) => (check.wantsBytes ? NOTHING : check.end())));
  if (open.length === 0 || done.by.length > 0) return { found: done, bytes: 0, isUnread: false };
  if (file.size > left) return { found: done, bytes: 0, isUnread: true };
  const whole = await readWhole(file, (chunk) => {
    for (const { check } of open) check.take(chunk);
  });
  const read = whole ? open.map(settle) : [LOST];
  return { found: together([done, ...read]), bytes: file.size, isUnread: false };
}

const NOTHING: Found = { by: [], problems: [] };
const LOST: Found = { by: [], problems: ["bytes that can't be read from the store now"] };

interface Tried {
  key: string;
  check: FileCheck;
}

async function begin(file: FileToCheck, signature: StoredFile, keys: readonly SigningKey[]): Promise<Tried> {
  const key = JSON.stringify([file.digest, signature.digest, keys.map(({ name, fingerprint }) => [name, fingerprint])]);
  const found = known.get(key);
  if (found) return { key, check: { wantsBytes: false, take: () => undefined, end: () => found } };
  const read = await readSignature(signature);
  const told = read.kind === "unread" ? { ...read, what: `${signature.filename}, ${read.what}` } : read;
  return { key, check: beginFileCheck(file, told, keys) };
}

function settle({ key, check }: Tried): Found {
  const found = check.end();
  known.set(key, found);
  return found;
}

async function readSignature(signature: StoredFile): Promise<FileSignature> {
  const { size } = signature;
  if (size > SIGNATURE_BYTES_MAX) {
    return { kind: "unread", what: `a file of ${size} bytes, more than the ${SIGNATURE_BYTES_MAX} that are read` };
  }
  const chunks: Buffer[] = [];
  if (!(await readWhole(signature, (chunk) => chunks.push(chunk)))) {
    return { kind: "unread", what: "which can't be read from the store now" };
  }
  return readFileSignature(Buffer.concat(chunks));
}

/** Hands on a file's bytes in order. @returns whether they were all there: if not, it counts for nothing, which is told */
async function readWhole({ storageKey, size }: StoredFile, take: (chunk: Buffer) => unknown): Promise<boolean> {
  let bytes = 0;
  try {
    for await (const chunk of await open(storageKey, size)) {
      bytes += chunk.length;
      take(chunk);
    }
  } catch (error) {
    log.warn({ storageKey, error: String(error) }, "a file could not be read for its signature");
    return false;
  }
  return bytes === size;
}

async function open(storageKey: string, size: number): Promise<Readable> {
  const place = blobStore().locate(storageKey);
  return "path" in place ? createReadStream(place.path, { highWaterMark: 256 * 1024 }) : place.open(0, size);
}
