import type { Readable } from "node:stream";
import { type AppError, conflict, isAppError } from "../errors.ts";
import type { Digest } from "./digest.ts";

/** Where bytes live. Rows in the database say which of them exist; a store holds bytes and asks no questions. */
export interface BlobStore {
  /**
   * Appends a stream to an upload at `offset`, dropping whatever an interrupted request wrote beyond it.
   * What is returned is durable. A stream that breaks throws after keeping what arrived: see `PartialWrite`.
   */
  append(uploadId: string, offset: number, source: Readable): Promise<number>;
  /**
   * Makes an upload the blob that `commit` names, durable before it returns.
   * @throws invalid with reason DIGEST_INVALID where the bytes have another digest, and nothing is kept then; conflict
   *   where the upload is another's by now
   */
  commit(uploadId: string, commit: Commit): Promise<void>;
  /** Gives an upload's first `offset` bytes a file of their own: whoever still writes to the old one no longer matters. */
  fork(uploadId: string, offset: number): Promise<void>;
  /** Forgets an upload. One that is not there is forgotten already. */
  discard(uploadId: string): Promise<void>;
  /** Where a blob's bytes can be read. */
  locate(digest: Digest): { path: string };
  /** A whole blob in memory: for small ones. */
  read(digest: Digest): Promise<Buffer>;
}

export interface Commit {
  /** How many bytes the blob has. */
  size: number;
  digest: Digest;
  /** Asked once the bytes are set aside, where no new writer can reach them: whether they are still the caller's. */
  isOurs?: () => Promise<boolean>;
}

/** An append that broke: `offset` bytes of the upload are durable all the same, so that it can be resumed. */
export class PartialWrite extends Error {
  readonly offset: number;

  constructor(offset: number, cause: unknown) {
    super("the upload broke off", { cause });
    this.offset = offset;
  }
}

/** The refusal of a request that is not, or no longer, the one that may write to an upload. */
export function writtenElsewhere(): AppError {
  return conflict("Another request is writing to this upload.", { reason: "BLOB_UPLOAD_INVALID" });
}

/** Whether a commit failed since the bytes have another digest: they are gone then. */
export function isWrongDigest(error: unknown): boolean {
  return isAppError(error) && error.reason === "DIGEST_INVALID";
}
