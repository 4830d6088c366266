import type { FileHandle } from "node:fs/promises";
import type { RunningDigest } from "./running-digest.ts";

const BATCH_BYTES = 1024 * 1024;
// The disk begins while bytes still arrive, so that little is left for the end.
const SYNC_EVERY_BYTES = 16 * 1024 * 1024;

/** Gathers chunks, and writes and hashes them by the megabyte while the next ones arrive. */
export class BatchWriter {
  readonly #file: FileHandle;
  readonly #digest: RunningDigest | null;
  #position: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> | null = null;
  #syncFailed: { error: unknown } | null = null;
  #syncedTo: number;

  constructor(file: FileHandle, position: number, digest: RunningDigest | null) {
    this.#file = file;
    this.#position = position;
    this.#digest = digest;
    this.#syncedTo = position;
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

  /** Writes what is left; the last of it is not durable yet. @returns the file's length */
  async finish(): Promise<number> {
    await this.#writing;
    if (this.#pendingBytes > 0) await this.#write();
    await this.#syncing;
    // A disk tells a failure once.
    if (this.#syncFailed) throw this.#syncFailed.error;
    return this.#position;
  }

  async #write(): Promise<void> {
    const batch = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    const use = (bytes: readonly Buffer[]) => this.#writeAll(bytes);
    await (this.#digest ? this.#digest.add(batch, use) : use(batch));
    this.#beginSync();
  }

  #beginSync(): void {
    if (this.#syncing || this.#position - this.#syncedTo < SYNC_EVERY_BYTES) return;
    this.#syncedTo = this.#position;
    this.#syncing = this.#file
      .datasync()
      .catch((error: unknown) => {
        this.#syncFailed = { error };
      })
      .finally(() => {
        this.#syncing = null;
      });
  }

  async #writeAll(batch: readonly Buffer[]): Promise<void> {
    const length = batch.reduce((sum, chunk) => sum + chunk.length, 0);
    const { bytesWritten } = await this.#file.writev(batch, this.#position);
    this.#position += bytesWritten;
    for (let rest = Buffer.concat(bytesWritten < length ? batch : []).subarray(bytesWritten); rest.length > 0; ) {
      const short = await this.#file.write(rest, 0, rest.length, this.#position);
      this.#position += short.bytesWritten;
      rest = rest.subarray(short.bytesWritten);
    }
  }
}
