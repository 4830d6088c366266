import { createHash, type Hash, randomUUID } from "node:crypto";
import { copyFile, type FileHandle, link, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { AppError, invalid } from "../errors.ts";
import { LruCache } from "../lru-cache.ts";
import { BatchWriter } from "./batch-writer.ts";
import { type BlobStore, type Commit, isWrongDigest, PartialWrite, writtenElsewhere } from "./blob-store.ts";
import { algorithmOf, type Digest, finished } from "./digest.ts";

const READ_BYTES = 1024 * 1024;
const RUNNING_MAX = 1000;
const UPLOAD_ID = /^[0-9a-f-]{36}$/;

/** SHA-256 of the first `offset` bytes of an upload, kept while one process sees all of them. */
interface RunningHash {
  offset: number;
  hash: Hash;
  /** The file as we left it: another process that wrote since has changed it. */
  stamp: string;
}

/**
 * Blobs as files: `blobs/<algorithm>/<first two hex>/<hex>`, uploads as `uploads/<id>`, on one file system.
 * A blob's file appears by rename after its bytes and before its row; a file without a row is swept by the clean-up.
 */
export class DiskStore implements BlobStore {
  readonly #root: string;
  readonly #running = new LruCache<RunningHash>(RUNNING_MAX);

  constructor(root: string) {
    this.#root = root;
  }

  async append(uploadId: string, offset: number, source: Readable): Promise<number> {
    const file = await this.#openUpload(uploadId, offset);
    try {
      const hash = offset === 0 ? createHash("sha256") : await this.#takeRunning(uploadId, { file, offset });
      await file.truncate(offset);
      const written = await copy(source, { file, offset, hash });
      if (hash) this.#running.set(uploadId, { offset: written, hash, stamp: await stampOf(file) });
      return written;
    } finally {
      await file.close();
    }
  }

  async commit(uploadId: string, { size, digest, isOurs }: Commit): Promise<void> {
    // Set aside first, asked second: who claims the upload from here on finds no file, who did before is noticed.
    const aside = await this.#setAside(uploadId, size);
    try {
      if (isOurs && !(await isOurs())) throw writtenElsewhere();
      await this.#seal(uploadId, aside, { size, digest });
      const to = this.locate(digest).path;
      await makeDurably(path.dirname(to));
      await placeOnce(aside, { to, size });
      await syncPath(path.dirname(to));
    } catch (error) {
      if (!isWrongDigest(error)) await putBack(aside, this.#uploadPath(uploadId));
      await rm(aside, { force: true });
      throw error;
    }
  }

  async fork(uploadId: string, offset: number): Promise<void> {
    this.#running.delete(uploadId);
    if (offset === 0) return; // the next append begins a new file anyway
    const from = this.#uploadPath(uploadId);
    const fresh = `${from}.${randomUUID()}`;
    await copyFile(from, fresh).catch((error) => {
      throw uploadGone(error);
    });
    const file = await open(fresh, "r+");
    try {
      await file.truncate(offset);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, from);
  }

  async discard(uploadId: string): Promise<void> {
    this.#running.delete(uploadId);
    await rm(this.#uploadPath(uploadId), { force: true });
  }

  locate(digest: Digest): { path: string } {
    const [algorithm, hex] = digest.split(":") as [string, string];
    return { path: path.join(this.#root, "blobs", algorithm, hex.slice(0, 2), hex) };
  }

  read(digest: Digest): Promise<Buffer> {
    return readFile(this.locate(digest).path);
  }

  async #openUpload(uploadId: string, offset: number): Promise<FileHandle> {
    const file = this.#uploadPath(uploadId);
    if (offset === 0) return createAnew(file);
    return open(file, "r+").catch((error) => {
      throw uploadGone(error);
    });
  }

  /** @returns where an upload's bytes wait to be sealed, under a name that nobody else knows */
  async #setAside(uploadId: string, size: number): Promise<string> {
    const from = this.#uploadPath(uploadId);
    const aside = `${from}.${randomUUID()}`;
    if (size === 0) await (await createAnew(from)).close();
    await rename(from, aside).catch((error) => {
      throw uploadGone(error);
    });
    return aside;
  }

  // Checks the digest, and makes just these bytes durable: a killed request may have left more than its row says.
  async #seal(uploadId: string, aside: string, { size, digest }: Commit): Promise<void> {
    const file = await open(aside, "r+");
    try {
      const running = await this.#takeRunning(uploadId, { file, offset: size });
      const algorithm = algorithmOf(digest);
      const hash = running && algorithm === "sha256" ? running : await hashOf(file, size, algorithm);
      const actual = finished(hash, algorithm);
      if (actual !== digest) {
        throw invalid({ digest: `the bytes sent have the digest ${actual}` }, { reason: "DIGEST_INVALID" });
      }
      await file.truncate(size);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  // Taken out, so that whatever fails from here on leaves no hash that is ahead of the file.
  async #takeRunning(uploadId: string, at: { file: FileHandle; offset: number }): Promise<Hash | null> {
    const running = this.#running.get(uploadId);
    this.#running.delete(uploadId);
    if (!running || running.offset !== at.offset) return null;
    return running.stamp === (await stampOf(at.file)) ? running.hash : null;
  }

  #uploadPath(uploadId: string): string {
    if (!UPLOAD_ID.test(uploadId)) throw new Error("not an upload's id");
    return path.join(this.#root, "uploads", uploadId);
  }
}

// The process died between the rename and the row, or another request ended the upload: the client begins anew.
function uploadGone(error: NodeJS.ErrnoException): Error {
  if (error.code !== "ENOENT") return error;
  return new AppError("not_found", "The upload is gone. Begin again.", { reason: "BLOB_UPLOAD_UNKNOWN", cause: error });
}

// For another try, unless somebody began anew meanwhile, or the bytes have reached their place already.
async function putBack(aside: string, upload: string): Promise<void> {
  await link(aside, upload).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST" && error.code !== "ENOENT") throw error;
  });
}

// A blob that is there has been verified and may be being read: it is left as it is, unless it is not whole.
async function placeOnce(from: string, { to, size }: { to: string; size: number }): Promise<void> {
  try {
    await link(from, to);
    await rm(from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if ((await stat(to)).size === size) await rm(from);
    else await rename(from, to);
  }
}

/** Writes a stream at `offset`. @returns the file's length; @throws PartialWrite where the stream broke */
async function copy(source: Readable, to: { file: FileHandle; offset: number; hash: Hash | null }): Promise<number> {
  const writer = new BatchWriter(to.file, to.offset);
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      to.hash?.update(chunk);
      await writer.push(chunk);
    }
  } catch (error) {
    const written = await writer.finish();
    await to.file.datasync();
    throw new PartialWrite(written, error);
  }
  const written = await writer.finish();
  await to.file.datasync();
  return written;
}

// A new file moved over the old one: another process that still knows the old one sees that this is not it.
async function createAnew(file: string): Promise<FileHandle> {
  await mkdir(path.dirname(file), { recursive: true });
  const fresh = `${file}.${randomUUID()}`;
  const handle = await open(/* turbopackIgnore: true */ fresh, "wx+");
  await rename(fresh, file);
  return handle;
}

async function stampOf(file: FileHandle): Promise<string> {
  const { ino, size, mtimeNs } = await file.stat({ bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
}

async function hashOf(file: FileHandle, size: number, algorithm: "sha256" | "sha512"): Promise<Hash> {
  const hash = createHash(algorithm);
  if (size === 0) return hash;
  const bytes = file.createReadStream({ start: 0, end: size - 1, highWaterMark: READ_BYTES, autoClose: false });
  for await (const chunk of bytes) hash.update(chunk as Buffer);
  return hash;
}

// A new folder is durable when the one that holds it is.
async function makeDurably(dir: string): Promise<void> {
  const first = await mkdir(dir, { recursive: true });
  if (!first) return;
  for (let at = dir; at.length >= first.length; at = path.dirname(at)) await syncPath(path.dirname(at));
}

async function syncPath(target: string): Promise<void> {
  const handle = await open(target, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
