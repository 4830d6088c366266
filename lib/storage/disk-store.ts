import { randomUUID } from "node:crypto";
import { copyFile, type FileHandle, link, open, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "../errors.ts";
import { faultPoint } from "../fault-point.ts";
import { LruCache } from "../lru-cache.ts";
import { BatchWriter } from "./batch-writer.ts";
import {
  type AppendAt,
  algorithmsOf,
  appendAt,
  type BlobStore,
  type Commit,
  type Committed,
  isWrongDigest,
  PartialWrite,
  type StoredKey,
  type StoredUpload,
  writtenElsewhere,
  wrongDigest,
} from "./blob-store.ts";
import type { Algorithm, Digest } from "./digest.ts";
import { filesUnder, ifThere, makeDurably, syncPath } from "./folders.ts";
import { readAll } from "./read-all.ts";
import { digestsKnownTo, digestsOfStream, RunningDigest } from "./running-digest.ts";
import { keyOf, newKey, newObjectKey, pathOf } from "./storage-key.ts";
import { storeFailure } from "./store-failure.ts";

const READ_BYTES = 1024 * 1024;
const RUNNING_MAX = 1000;
const UPLOAD = /^[0-9a-f-]{36}(?:\.[0-9a-f-]{36})?$/;

/** The digest of the first `offset` bytes of an upload, kept while one process sees all of them. */
interface Running {
  offset: number;
  digest: RunningDigest;
  /** The file as we left it: another process that wrote since has changed it. */
  stamp: string;
}

/**
 * Blobs as files: `blobs/<storage key>`, uploads as `uploads/<id>`, on one file system. Bytes get their key by a hard
 * link, before their row; a file without a row is swept by the clean-up.
 */
export class DiskStore implements BlobStore {
  readonly #root: string;
  readonly #running = new LruCache<Running>(RUNNING_MAX, ({ digest }) => digest.forget());

  constructor(root: string) {
    this.#root = root;
  }

  async append(uploadId: string, at: AppendAt, source: Readable): Promise<number> {
    const { offset, algorithms } = appendAt(at);
    const file = await this.#openUpload(uploadId, offset);
    let digest: RunningDigest | null = null;
    try {
      digest = offset === 0 ? new RunningDigest(...algorithms) : await this.#takeRunning(uploadId, { file, offset });
      await file.truncate(offset);
      const { written, broken } = await copy(source, { file, offset, digest });
      await faultPoint("upload fsync");
      await file.datasync();
      // A new file is durable when its folder is.
      if (offset === 0) await syncPath(path.dirname(this.#uploadPath(uploadId)));
      if (digest) this.#running.set(uploadId, { offset: written, digest, stamp: await stampOf(file) });
      if (broken) throw new PartialWrite(written, broken.cause);
      return written;
    } catch (error) {
      if (error instanceof PartialWrite) throw error;
      digest?.forget();
      throw storeFailure(error);
    } finally {
      await file.close();
    }
  }

  async commit(uploadId: string, commit: Commit): Promise<Committed> {
    const { size, digest, isOurs } = commit;
    const from = this.#uploadPath(uploadId);
    const storageKey = digest ? newKey(digest) : newObjectKey(uploadId);
    const to = this.#blobPath(storageKey);
    try {
      if (size === 0) await (await createAnew(from)).close();
      await makeDurably(path.dirname(to));
      // Linked first, asked second: who claims the upload from here on gets a file of its own, who did before is noticed.
      await link(from, to).catch((error) => {
        throw uploadGone(error);
      });
      await faultPoint("blob linked");
      if (isOurs && !(await isOurs())) throw writtenElsewhere();
      const digests = await this.#seal(uploadId, to, commit);
      await syncPath(path.dirname(to));
      await faultPoint("blob sealed");
      return { storageKey, digests };
    } catch (error) {
      await rm(to, { force: true });
      if (isWrongDigest(error)) await this.discard(uploadId);
      throw storeFailure(error);
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
    await syncPath(path.dirname(from));
  }

  async discard(upload: string): Promise<void> {
    this.#running.delete(upload);
    await rm(this.#uploadPath(upload), { force: true });
  }

  locate(storageKey: string): { path: string } {
    return { path: this.#blobPath(storageKey) };
  }

  read(storageKey: string): Promise<Buffer> {
    return readFile(this.#blobPath(storageKey));
  }

  size(storageKey: string): Promise<number | null> {
    return stat(this.#blobPath(storageKey)).then(({ size }) => size, ifThere);
  }

  async remove(storageKey: string): Promise<number> {
    const bytes = await this.size(storageKey);
    if (bytes === null) return 0;
    const file = this.#blobPath(storageKey);
    await rm(file, { force: true });
    await syncPath(path.dirname(file));
    return bytes;
  }

  async *listKeys(): AsyncIterable<StoredKey> {
    for await (const { parents, name, stats } of filesUnder(path.join(this.#root, "blobs"))) {
      const storageKey = keyOf([...parents, name]);
      if (storageKey) yield { storageKey, bytes: stats.size, changedAt: stats.ctime };
    }
  }

  async *listUploads(): AsyncIterable<StoredUpload> {
    for await (const { name, stats } of filesUnder(path.join(this.#root, "uploads"))) {
      if (!UPLOAD.test(name)) continue;
      yield { uploadId: name.slice(0, 36), leftover: name, bytes: stats.size, changedAt: stats.ctime };
    }
  }

  async probe(): Promise<void> {
    const upload = randomUUID();
    await (await createAnew(this.#uploadPath(upload))).close();
    await this.discard(upload);
  }

  async #openUpload(uploadId: string, offset: number): Promise<FileHandle> {
    const file = this.#uploadPath(uploadId);
    return (offset === 0 ? createAnew(file) : open(file, "r+")).catch((error) => {
      throw storeFailure(uploadGone(error));
    });
  }

  // Checks the digest, and makes just these bytes durable: a killed request may have left more than its row says.
  async #seal(uploadId: string, linked: string, commit: Commit): Promise<Digest[]> {
    const { size, digest } = commit;
    const file = await open(linked, "r+");
    try {
      const running = await this.#takeRunning(uploadId, { file, offset: size });
      const algorithms = algorithmsOf(commit);
      const digests = (await digestsKnownTo(running, algorithms)) ?? (await digestsOfFile(file, size, algorithms));
      if (digest && digests[0] !== digest) throw wrongDigest(digests[0]);
      await file.truncate(size);
      await faultPoint("blob fsync");
      await file.sync();
      return digests;
    } finally {
      await file.close();
    }
  }

  // Taken out, so that whatever fails from here on leaves no hash that is ahead of the file.
  async #takeRunning(uploadId: string, at: { file: FileHandle; offset: number }): Promise<RunningDigest | null> {
    const running = this.#running.take(uploadId);
    if (!running) return null;
    if (running.offset === at.offset && running.stamp === (await stampOf(at.file))) return running.digest;
    running.digest.forget();
    return null;
  }

  #uploadPath(upload: string): string {
    if (!UPLOAD.test(upload)) throw new Error("not an upload's id");
    return path.join(this.#root, "uploads", upload);
  }

  #blobPath(storageKey: string): string {
    return path.join(this.#root, "blobs", pathOf(storageKey));
  }
}

// Another request ended the upload: the client begins anew.
function uploadGone(error: NodeJS.ErrnoException): Error {
  if (error.code !== "ENOENT") return error;
  return new AppError("not_found", "The upload is gone. Begin again.", { reason: "BLOB_UPLOAD_UNKNOWN", cause: error });
}

interface Target {
  file: FileHandle;
  offset: number;
  digest: RunningDigest | null;
}

/** Writes a stream at `offset`. @returns the file's length, and how the stream broke, where it did; @throws what the store throws */
async function copy(source: Readable, { file, offset, digest }: Target) {
  const writer = new BatchWriter(file, offset, digest);
  const broken = await readAll(source, (chunk) => writer.push(chunk));
  return { written: await writer.finish(), broken };
}

// A new file in the old one's place: another process that still knows the old one sees that this is not it.
async function createAnew(file: string): Promise<FileHandle> {
  await makeDurably(path.dirname(file));
  await rm(file, { force: true });
  return open(/* turbopackIgnore: true */ file, "wx+").catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EEXIST" ? writtenElsewhere() : error;
  });
}

async function stampOf(file: FileHandle): Promise<string> {
  const { ino, size, mtimeNs } = await file.stat({ bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
}

function digestsOfFile(file: FileHandle, size: number, algorithms: readonly Algorithm[]): Promise<Digest[]> {
  if (size === 0) return new RunningDigest(...algorithms).digests();
  const how = { start: 0, end: size - 1, highWaterMark: READ_BYTES, autoClose: false };
  return digestsOfStream(file.createReadStream(how), algorithms);
}
