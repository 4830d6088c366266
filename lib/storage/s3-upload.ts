import { randomUUID } from "node:crypto";
import type { StoredUpload } from "./blob-store.ts";
import type { Multipart, Part } from "./bucket.ts";

/**
 * How far an upload got, as an object of its own: the parts that the store has, and the bytes after them that are too
 * few for a part. It is named by its offset: the one that the upload's row says is the one that counts.
 */
export interface UploadState {
  /** Differs with each state that was written: whoever remembers another one has not seen the latest. */
  nonce: string;
  /** The object under way; none before there are bytes for a first part. */
  multipart: Multipart | null;
  parts: readonly Part[];
  tail: Buffer;
  /** The offset of the state before, whose object may go once this one is the row's. */
  previous: number | null;
}

export const NOTHING_YET: UploadState = {
  nonce: "",
  multipart: null,
  parts: [],
  tail: Buffer.alloc(0),
  previous: null,
};

export const UPLOADS = "uploads/";

export function stateName(uploadId: string, offset: number): string {
  return `${UPLOADS}${uploadId}/${String(offset).padStart(16, "0")}`;
}

export function partsBytes(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

export function withNonce(state: UploadState): UploadState {
  return { ...state, nonce: randomUUID() };
}

/** One line of JSON, then the tail. */
export function encodeState({ tail, ...rest }: UploadState): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(rest)}\n`), tail]);
}

export function decodeState(bytes: Buffer): UploadState {
  const end = bytes.indexOf(10);
  const rest = JSON.parse(bytes.subarray(0, end).toString()) as Omit<UploadState, "tail">;
  return { ...rest, tail: bytes.subarray(end + 1) };
}

/** Adds what was seen of an upload to what was seen of it before. */
export function noteUpload(uploads: Map<string, StoredUpload>, seen: Omit<StoredUpload, "leftover">): void {
  const known = uploads.get(seen.uploadId);
  const changedAt = known && known.changedAt > seen.changedAt ? known.changedAt : seen.changedAt;
  const bytes = (known?.bytes ?? 0) + seen.bytes;
  uploads.set(seen.uploadId, { uploadId: seen.uploadId, leftover: seen.uploadId, bytes, changedAt });
}
