import { cancelUpload, finishUpload, putManifest, type RepositoryName, startUpload } from "#lib/catalog/index.ts";
import type { Digest } from "#lib/storage/index.ts";
import type { Ctx } from "../../context.ts";
import { type CallLimits, type FetchedManifest, openBlob, type Source } from "../client/index.ts";

/** Keeps a manifest as if it had been pushed, under a tag or by its digest alone; what it refers to comes when it is asked for. */
export async function keepManifest(
  ctx: Ctx,
  repository: RepositoryName,
  { digest, bytes, contentType, tag }: FetchedManifest & { tag: string | null },
): Promise<void> {
  await putManifest(ctx, { repository, reference: tag ?? digest, contentType, bytes, rest: "later" });
}

interface Wanted {
  repository: RepositoryName;
  source: Source;
  digest: Digest;
  /** As the manifest says that refers to it. */
  size: number;
  limits?: CallLimits;
}

/**
 * Fetches a blob into the store by the way of a push: its quota, its digest, its rows. Nothing of it is seen before it is whole.
 * @returns whether upstream has it
 * @throws invalid with reason DIGEST_INVALID for other bytes; Lie for another size; PartialWrite where it broke off; forbidden
 *   with reason quota_bytes; unavailable
 */
export async function keepBlob(ctx: Ctx, wanted: Wanted): Promise<boolean> {
  const { repository, source, digest, size, limits = {} } = wanted;
  const { id } = await startUpload(ctx, repository, { size, digest });
  const bytes = await openBlob(source, { digest, size }, limits).catch(async (error: unknown) => {
    await forget(ctx, { repository, id });
    throw error;
  });
  if (!bytes) {
    await forget(ctx, { repository, id });
    return false;
  }
  try {
    await finishUpload(ctx, { repository, id }, { digest, source: bytes, length: size });
    return true;
  } catch (error) {
    await forget(ctx, { repository, id });
    throw error;
  } finally {
    bytes.destroy();
  }
}

// One that was refused is gone with its bytes; whatever else stays, the clean-up takes.
async function forget(ctx: Ctx, upload: { repository: RepositoryName; id: string }): Promise<void> {
  await cancelUpload(ctx, upload).catch(() => undefined);
}
