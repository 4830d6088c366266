import type { Readable } from "node:stream";
import type { Digest } from "./digest.ts";

/** Where bytes live. Rows in the database say which of them exist; a store holds bytes and asks no questions. */
export interface BlobStore {
  /**
   * Appends a stream to an upload at `offset`, dropping whatever an interrupted request wrote beyond it.
   * What is returned is durable. A stream that breaks throws after keeping what arrived: see `PartialWrite`.
   */
  append(uploadId: string, offset: number, source: Readable): Promise<number>;
  /**
   * Makes an upload of `size` bytes the blob `digest`, durable before it returns.
   * @throws invalid with reason DIGEST_INVALID where the bytes have another digest; nothing is kept then
   */
  commit(uploadId: string, size: number, digest: Digest): Promise<void>;
  /** Forgets an upload. One that is not there is forgotten already. */
  discard(uploadId: string): Promise<void>;
  /** Where a blob's bytes can be read. */
  locate(digest: Digest): { path: string };
  /** A whole blob in memory: for small ones. */
  read(digest: Digest): Promise<Buffer>;
}

/** An append that broke: `offset` bytes of the upload are durable all the same, so that it can be resumed. */
export class PartialWrite extends Error {
  readonly offset: number;

  constructor(offset: number, cause: unknown) {
    super("the upload broke off", { cause });
    this.offset = offset;
  }
}
