import { randomUUID } from "node:crypto";
import { type Digest, isDigest } from "./digest.ts";

/** An object that was begun before anybody knew its digest: `objects/ab/<upload>.<unique>`. */
const OBJECT = /^objects\/([0-9a-f]{2})\/([0-9a-f-]{34}\1)\.[0-9a-f-]{36}$/;

/**
 * Storage keys: `sha256/ab/<hex>.<unique>`, so that the bytes of one commit are never those of another, and bytes can be
 * removed by their key without a lock. Rows from before them hold the digest, whose file has no `.<unique>`.
 */
const KEY = /^(?:sha256\/([0-9a-f]{2})\/\1[0-9a-f]{62}|sha512\/([0-9a-f]{2})\/\2[0-9a-f]{126})\.[0-9a-f-]{36}$/;

/** A key for the bytes of a digest that no other commit has. */
export function newKey(digest: Digest): string {
  return `${pathOf(digest)}.${randomUUID()}`;
}

/** A key for bytes whose digest is not known yet, of an upload. */
export function newObjectKey(uploadId: string): string {
  return `${objectPrefix(uploadId)}.${randomUUID()}`;
}

/** What all keys of an upload's objects begin with. */
export function objectPrefix(uploadId: string): string {
  return `objects/${uploadId.slice(-2)}/${uploadId}`;
}

/** The upload that a key was made for, or null where it was made for a digest. */
export function uploadOf(storageKey: string): string | null {
  return OBJECT.exec(storageKey)?.[2] ?? null;
}

/** The path of a key's bytes below the store's `blobs`. @throws for what no store ever made */
export function pathOf(storageKey: string): string {
  if (KEY.test(storageKey) || OBJECT.test(storageKey)) return storageKey;
  if (!isDigest(storageKey)) throw new Error("not a storage key");
  const [algorithm, hex] = storageKey.split(":") as [string, string];
  return `${algorithm}/${hex.slice(0, 2)}/${hex}`;
}

/** The key whose bytes are at a path below `blobs`, or null where none would be. */
export function keyOf(segments: readonly string[]): string | null {
  const at = segments.join("/");
  if (KEY.test(at) || OBJECT.test(at)) return at;
  const digest = `${segments[0]}:${segments[2]}`;
  return isDigest(digest) && pathOf(digest) === at ? digest : null;
}
