import { access, constants, statfs } from "node:fs/promises";
import path from "node:path";
import { env } from "../env.ts";

/** Where the store keeps its bytes. */
export function storeDir(): string {
  return path.join(env().DATA_DIR, "store");
}

/** Whether the store can be written to, and how much room there is, in bytes; null where the folder is not there. */
export async function storeSpace(dir = storeDir()): Promise<{ writable: boolean; free: number; total: number } | null> {
  const disk = await statfs(dir).catch(() => null);
  if (!disk) return null;
  const writable = await access(dir, constants.W_OK).then(
    () => true,
    () => false,
  );
  return { writable, free: disk.bavail * disk.bsize, total: disk.blocks * disk.bsize };
}
