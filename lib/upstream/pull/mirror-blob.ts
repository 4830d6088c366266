import type { Blob } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import type { Digest } from "#lib/storage/index.ts";
import { fetchBlob } from "./fetch-blob.ts";
import { fetchFailure, type Mirror, termsOf } from "./mirror.ts";

/**
 * A blob that a mirror does not have: fetched where some manifest that it keeps refers to it, and kept.
 * @returns it, or null where no manifest does or upstream has it not
 * @throws unavailable where upstream can't be used now, or its bytes are not those of the digest
 */
export async function mirrorBlob(mirror: Mirror, digest: Digest): Promise<Blob | null> {
  const [terms, size] = [await termsOf(mirror), await sizeOf(mirror.repositoryId, digest)];
  if (!terms || size === null) return null;
  try {
    return (await fetchBlob(mirror, terms, { digest, size })).blob;
  } catch (error) {
    throw await fetchFailure(mirror, error);
  }
}

/** What the repository's manifests say of a blob's size; null where none refers to it. */
async function sizeOf(repositoryId: string, digest: string): Promise<number | null> {
  const where = { repositoryId, digest, kind: { in: ["config" as const, "layer" as const] } };
  const reference = await query((db) => db.manifestReference.findFirst({ where, select: { size: true } }));
  return reference && Number(reference.size);
}
