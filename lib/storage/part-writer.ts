import type { Bucket, Multipart, Part } from "./bucket.ts";
import type { UploadState } from "./s3-upload.ts";
import { newObjectKey } from "./storage-key.ts";

/** The least that S3 takes as a part that is not the last. */
export const PART_BYTES_MIN = 5 * 1024 * 1024;
// A store takes 10,000 parts. With these, the largest blob is 500 GB, and one below 2.5 GB needs 5 MiB of memory, or ten.
const PARTS_OF_A_SIZE = 500;
/** How many uploads of this process may gather the next part while one is on its way. */
const OVERLAPPING_MAX = 8;
let overlapping = 0;

/** Gathers chunks into parts, and sends each while the next one arrives. */
export class PartWriter {
  readonly #bucket: Bucket;
  readonly #uploadId: string;
  #multipart: Multipart | null;
  readonly #parts: Part[];
  #pending: Buffer[];
  #pendingBytes: number;
  #sending: Promise<void> = Promise.resolve();

  constructor(bucket: Bucket, uploadId: string, state: UploadState) {
    this.#bucket = bucket;
    this.#uploadId = uploadId;
    this.#multipart = state.multipart;
    this.#parts = [...state.parts];
    this.#pending = state.tail.length > 0 ? [state.tail] : [];
    this.#pendingBytes = state.tail.length;
  }

  async push(chunk: Buffer): Promise<void> {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    const bytes = partBytes(this.#next);
    if (this.#pendingBytes < bytes) return;
    await this.#sending;
    const all = Buffer.concat(this.#pending);
    this.#pending = all.length > bytes ? [Buffer.from(all.subarray(bytes))] : [];
    this.#pendingBytes = all.length - bytes;
    // A failure is thrown by the next push or by finish as well: nothing may follow a part that is missing.
    this.#sending = this.#send(all.subarray(0, bytes));
    this.#sending.catch(() => undefined);
    if (overlapping >= OVERLAPPING_MAX) return this.#sending;
    overlapping++;
    this.#sending = this.#sending.finally(() => overlapping--);
    this.#sending.catch(() => undefined);
  }

  /** @returns what the store has now, and what is left over for the next part */
  async finish(): Promise<Pick<UploadState, "multipart" | "parts" | "tail">> {
    await this.#sending;
    return { multipart: this.#multipart, parts: this.#parts, tail: Buffer.concat(this.#pending) };
  }

  /** Sends what is left over as the last part. */
  async close(): Promise<{ multipart: Multipart; parts: readonly Part[] }> {
    await this.#sending;
    if (this.#pendingBytes > 0) await this.#send(Buffer.concat(this.#pending));
    if (!this.#multipart) throw new Error("an upload without a byte has no parts");
    return { multipart: this.#multipart, parts: this.#parts };
  }

  get #next(): number {
    return (this.#parts.at(-1)?.number ?? 0) + 1;
  }

  async #send(bytes: Buffer): Promise<void> {
    this.#multipart ??= await this.#bucket.begin(`blobs/${newObjectKey(this.#uploadId)}`);
    this.#parts.push(await this.#bucket.putPart(this.#multipart, this.#next, bytes));
  }
}

function partBytes(number: number): number {
  return PART_BYTES_MIN * (1 + Math.floor(number / PARTS_OF_A_SIZE));
}
