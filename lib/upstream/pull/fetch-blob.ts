import { type Blob, findBlob } from "#lib/catalog/index.ts";
import type { Digest } from "#lib/storage/index.ts";
import type { CallLimits } from "../client/index.ts";
import { keepBlob } from "./keep.ts";
import { type Mirror, systemCtx, type Terms } from "./mirror.ts";
import { oneFetch } from "./one-fetch.ts";

interface Wanted {
  digest: Digest;
  /** As the manifest says that refers to it. */
  size: number;
  limits?: CallLimits;
}

/** A blob of a mirror, fetched where it is not here: once, whether pulls or an import ask for it. Null where upstream has none. */
export async function fetchBlob(
  mirror: Mirror,
  { source, registryId }: Terms,
  { digest, size, limits }: Wanted,
): Promise<{ blob: Blob | null; fetched: boolean }> {
  const { repository, repositoryId, upstreamId } = mirror;
  const find = async () => findBlob(repositoryId, digest);
  return oneFetch<{ blob: Blob | null; fetched: boolean }>({
    key: `${upstreamId} blob ${digest}`,
    registryId,
    kept: async () => {
      const blob = await find();
      return blob && { blob, fetched: false };
    },
    fetch: async () => {
      if (!(await keepBlob(systemCtx(mirror), { repository, source, digest, size, limits }))) {
        return { blob: null, fetched: false };
      }
      // Asked twice: the first may be an answer to others who asked before it was there.
      return { blob: (await find()) ?? (await find()), fetched: true };
    },
  });
}
