import { randomUUID } from "node:crypto";
import { type Digest, isDigest } from "./digest.ts";

/**
 * Storage keys: `sha256/ab/<hex>.<unique>`, so that the bytes of one commit are never those of another, and bytes can be
 * removed by their key without a lock. Rows from before them hold the digest, whose file has no `.<unique>`.
 */
const KEY = /^(?:sha256\/([0-9a-f]{2})\/\1[0-9a-f]{62}|sha512\/([0-9a-f]{2})\/\2[0-9a-f]{126})\.[0-9a-f-]{36}$/;

/** A key for the bytes of a digest that no other commit has. */
export function newKey(digest: Digest): string {
  return `${pathOf(digest)}.${randomUUID()}`;
}

/** The path of a key's bytes below the store's `blobs`. @throws for what no store ever made */
export function pathOf(storageKey: string): string {
  if (KEY.test(storageKey)) return storageKey;
  if (!isDigest(storageKey)) throw new Error("not a storage key");
  const [algorithm, hex] = storageKey.split(":") as [string, string];
  return `${algorithm}/${hex.slice(0, 2)}/${hex}`;
}

/** The key whose bytes are at a path below `blobs`, or null where none would be. */
export function keyOf(segments: readonly string[]): string | null {
  const at = segments.join("/");
  if (KEY.test(at)) return at;
  const digest = `${segments[0]}:${segments[2]}`;
  return isDigest(digest) && pathOf(digest) === at ? digest : null;
}
