import { type Blob, findBlob } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import type { Digest } from "#lib/storage/index.ts";
import { keepBlob } from "./keep.ts";
import { fetchFailure, type Mirror, systemCtx, termsOf } from "./mirror.ts";
import { oneFetch } from "./one-fetch.ts";

/**
 * A blob that a mirror does not have: fetched where some manifest that it keeps refers to it, and kept.
 * @returns it, or null where no manifest does or upstream has it not
 * @throws unavailable where upstream can't be used now, or its bytes are not those of the digest
 */
export async function mirrorBlob(mirror: Mirror, digest: Digest): Promise<Blob | null> {
  const { repositoryId, repository, upstreamId } = mirror;
  const [terms, size] = [await termsOf(mirror), await sizeOf(repositoryId, digest)];
  if (!terms || size === null) return null;
  const kept = async () => findBlob(repositoryId, digest);
  // Asked twice: the first may be an answer to others who asked before it was there.
  const fetch = async () => {
    const there = await keepBlob(systemCtx(mirror), { repository, source: terms.source, digest, size });
    return { blob: there ? ((await kept()) ?? (await kept())) : null };
  };
  try {
    const { blob } = await oneFetch({
      key: `${upstreamId} ${digest}`,
      registryId: terms.registryId,
      kept: async () => {
        const blob = await kept();
        return blob && { blob };
      },
      fetch,
    });
    return blob;
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
