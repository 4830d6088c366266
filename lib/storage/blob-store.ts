import type { Readable } from "node:stream";
import { type AppError, conflict, invalid, isAppError } from "../errors.ts";
import { type Algorithm, algorithmOf, type Digest } from "./digest.ts";

/** Where bytes live. Rows in the database say which of them exist; a store holds bytes and asks no questions. */
export interface BlobStore {
  /**
   * Appends a stream to an upload at `offset`, dropping whatever an interrupted request wrote beyond it.
   * What is returned is durable. A stream that breaks throws after keeping what arrived: see `PartialWrite`. The first
   * append may say by which algorithms the commit will want digests: they are made while the bytes pass.
   */
  append(uploadId: string, at: AppendAt, source: Readable): Promise<number>;
  /**
   * Puts an upload's bytes under a key that no commit had before, durable before it returns. The upload stays until it is
   * discarded, so that a commit whose row was never written can be tried again.
   * @throws invalid with reason DIGEST_INVALID where the bytes have another digest, and nothing is kept then; conflict
   *   where the upload is another's by now
   */
  commit(uploadId: string, commit: Commit): Promise<Committed>;
  /** Gives an upload's first `offset` bytes a file of their own: whoever still writes to the old one no longer matters. */
  fork(uploadId: string, offset: number): Promise<void>;
  /** Forgets an upload, or a leftover of one. What is not there is forgotten already. */
  discard(upload: string): Promise<void>;
  /** Where the bytes under a key can be read. */
  locate(storageKey: string): Place;
  /** All bytes under a key in memory: for small blobs. */
  read(storageKey: string): Promise<Buffer>;
  /** How many bytes there are under a key; null where there are none. */
  size(storageKey: string): Promise<number | null>;
  /** Removes the bytes under a key, durably. @returns how many there were; 0 where there were none */
  remove(storageKey: string): Promise<number>;
  /** Everything that a commit left, with a row or without one. */
  listKeys(): AsyncIterable<StoredKey>;
  /** Everything that uploads left, with a row or without one. */
  listUploads(): AsyncIterable<StoredUpload>;
  /** Writes something, reads it back and removes it. @throws where one of these fails */
  probe(): Promise<void>;
}

/** A file of this machine, or an object of a store elsewhere. */
export type Place = { path: string } | RemotePlace;

export interface RemotePlace {
  /**
   * A link that lets anybody read it for a minute, sent with that Content-Disposition; null where the store's answers go
   * through this server.
   */
  link: ((disposition?: string) => Promise<string>) | null;
  /** The bytes from `start` on, `length` of them. */
  open(start: number, length: number): Promise<Readable>;
}

export interface StoredKey {
  storageKey: string;
  bytes: number;
  /** When it got this key. */
  changedAt: Date;
}

export interface StoredUpload {
  uploadId: string;
  /** What `discard` takes: the upload itself, or what a process left beside it when it died. */
  leftover: string;
  bytes: number;
  changedAt: Date;
}

export interface Committed {
  /** Where the bytes are: what a blob's row keeps. */
  storageKey: string;
  /** One for each algorithm that was asked for, that of the expected digest first. */
  digests: Digest[];
}

export interface Commit {
  /** How many bytes the blob has. */
  size: number;
  /** What the bytes must have; null where nobody said. */
  digest: Digest | null;
  /** Which digests are to be told, beside the expected one's. */
  algorithms?: readonly Algorithm[];
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

/** Where an append begins; at 0 with the algorithms by which its commit will want digests. */
export type AppendAt = number | { offset: number; algorithms: readonly Algorithm[] };

export function appendAt(at: AppendAt): { offset: number; algorithms: readonly Algorithm[] } {
  return typeof at === "number" ? { offset: at, algorithms: ["sha256"] } : at;
}

/** The algorithms by which a commit wants digests, that of the expected one first. */
export function algorithmsOf({ digest, algorithms }: Commit): Algorithm[] {
  const expected = digest ? algorithmOf(digest) : "sha256";
  return [...new Set([expected, ...(algorithms ?? [])])];
}

/** The refusal of bytes that have another digest than the one expected. */
export function wrongDigest(actual: Digest | undefined): AppError {
  return invalid({ digest: `the bytes sent have the digest ${actual}` }, { reason: "DIGEST_INVALID" });
}

/** Whether a commit failed since the bytes have another digest: they are gone then. */
export function isWrongDigest(error: unknown): boolean {
  return isAppError(error) && error.reason === "DIGEST_INVALID";
}
