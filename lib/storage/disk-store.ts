import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { AppError, invalid } from "../errors.ts";
import { type BlobStore, PartialWrite } from "./blob-store.ts";
import { algorithmOf, type Digest, finished } from "./digest.ts";

const BATCH_BYTES = 1024 * 1024;
const UPLOAD_ID = /^[0-9a-f-]{36}$/;

/** SHA-256 of the first `offset` bytes of an upload, kept while one process sees all of them. */
interface RunningHash {
  offset: number;
  hash: Hash;
}

/**
 * Blobs as files: `blobs/<algorithm>/<first two hex>/<hex>`, uploads as `uploads/<id>`, on one file system.
 * A blob's file appears by rename after its bytes and before its row; a file without a row is swept by the clean-up.
 */
export class DiskStore implements BlobStore {
  readonly #root: string;
  readonly #running = new Map<string, RunningHash>();

  constructor(root: string) {
    this.#root = root;
  }

  async append(uploadId: string, offset: number, source: Readable): Promise<number> {
    const running = this.#runningAt(uploadId, offset);
    const file = await this.#openUpload(uploadId, offset);
    let written = offset;
    try {
      await file.truncate(offset);
      const writer = new BatchWriter(file, offset);
      try {
        for await (const chunk of source as AsyncIterable<Buffer>) {
          running?.hash.update(chunk);
          await writer.push(chunk);
        }
      } catch (error) {
        this.#running.delete(uploadId);
        written = await writer.finish();
        await file.datasync();
        throw new PartialWrite(written, error);
      }
      written = await writer.finish();
      await file.datasync();
    } finally {
      await file.close();
    }
    if (running) running.offset = written;
    return written;
  }

  async commit(uploadId: string, size: number, digest: Digest): Promise<void> {
    const from = this.#uploadPath(uploadId);
    const actual = await this.#digestOf(uploadId, size, digest);
    if (actual !== digest) {
      await this.discard(uploadId);
      throw invalid({ digest: `the bytes sent have the digest ${actual}` }, { reason: "DIGEST_INVALID" });
    }
    const to = this.locate(digest).path;
    await mkdir(path.dirname(to), { recursive: true });
    await this.#settle(uploadId, size);
    await rename(from, to);
    await syncPath(path.dirname(to));
    this.#running.delete(uploadId);
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
    if (offset === 0) {
      await mkdir(path.dirname(file), { recursive: true });
      return open(file, "w");
    }
    return open(file, "r+").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      // The process died between the rename and the row: the client begins anew.
      throw new AppError("not_found", "The upload is gone. Begin again.", {
        reason: "BLOB_UPLOAD_UNKNOWN",
        cause: error,
      });
    });
  }

  // A killed request may have left bytes beyond what its row says: they are not part of the blob.
  async #settle(uploadId: string, size: number): Promise<void> {
    const file = await this.#openUpload(uploadId, size);
    try {
      await file.truncate(size);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #digestOf(uploadId: string, size: number, digest: Digest): Promise<Digest> {
    const algorithm = algorithmOf(digest);
    const running = this.#running.get(uploadId);
    if (running && running.offset === size && algorithm === "sha256") return finished(running.hash, algorithm);
    const hash = createHash(algorithm);
    if (size === 0) return finished(hash, algorithm);
    const bytes = createReadStream(this.#uploadPath(uploadId), { end: size - 1, highWaterMark: BATCH_BYTES });
    for await (const chunk of bytes) hash.update(chunk as Buffer);
    return finished(hash, algorithm);
  }

  #runningAt(uploadId: string, offset: number): RunningHash | undefined {
    if (offset === 0) this.#running.set(uploadId, { offset: 0, hash: createHash("sha256") });
    const running = this.#running.get(uploadId);
    if (running && running.offset !== offset) this.#running.delete(uploadId);
    return this.#running.get(uploadId);
  }

  #uploadPath(uploadId: string): string {
    if (!UPLOAD_ID.test(uploadId)) throw new Error("not an upload's id");
    return path.join(this.#root, "uploads", uploadId);
  }
}

/** Gathers chunks and writes them by the megabyte, while the next ones arrive and are hashed. */
class BatchWriter {
  readonly #file: FileHandle;
  #position: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle, position: number) {
    this.#file = file;
    this.#position = position;
  }

  async push(chunk: Buffer): Promise<void> {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.#pendingBytes < BATCH_BYTES) return;
    await this.#writing;
    this.#writing = this.#write();
    // A failed write is thrown by the next push or by finish; without this it would count as unhandled until then.
    this.#writing.catch(() => undefined);
  }

  /** Writes what is left. @returns the file's length */
  async finish(): Promise<number> {
    await this.#writing;
    if (this.#pendingBytes > 0) await this.#write();
    return this.#position;
  }

  async #write(): Promise<void> {
    const batch = this.#pending;
    const length = this.#pendingBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
    const { bytesWritten } = await this.#file.writev(batch, this.#position);
    this.#position += bytesWritten;
    for (let rest = Buffer.concat(bytesWritten < length ? batch : []).subarray(bytesWritten); rest.length > 0; ) {
      const short = await this.#file.write(rest, 0, rest.length, this.#position);
      this.#position += short.bytesWritten;
      rest = rest.subarray(short.bytesWritten);
    }
  }
}

async function syncPath(target: string): Promise<void> {
  const handle = await open(target, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
