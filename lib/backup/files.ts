import { createHash } from "node:crypto";
import { namedFiles } from "#lib/storage/index.ts";

interface Of {
  tenantId: string;
  id: string;
}

/** Where backups are, below DATA_DIR or in the bucket. */
export const BACKUPS = "backups";

/** The name of a backup's file. */
export function archiveName({ tenantId, id }: Of): string {
  return `${BACKUPS}/${tenantId}/${id}/backup.tar.age`;
}

/** The name of the key beside it, which its passphrase opens. */
export function keyName({ tenantId, id }: Of): string {
  return `${BACKUPS}/${tenantId}/${id}/key.age`;
}

/** Removes a backup's files; those that are not there are gone already. */
export async function removeFiles(of: Of): Promise<void> {
  await namedFiles().remove(archiveName(of));
  await namedFiles().remove(keyName(of));
}

/** What a backup's file is now: all of it is read. @throws not_found */
export async function fileOf(of: Of, signal?: AbortSignal): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of (await namedFiles().read(archiveName(of))) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}
