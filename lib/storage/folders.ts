import type { Stats } from "node:fs";
import { mkdir, open, opendir, stat } from "node:fs/promises";
import path from "node:path";

/** Makes a folder and those above it, durably: a new one is durable when the one that holds it is. */
export async function makeDurably(dir: string): Promise<void> {
  const first = await mkdir(dir, { recursive: true });
  if (!first) return;
  for (let at = dir; at.length >= first.length; at = path.dirname(at)) await syncPath(path.dirname(at));
}

export async function syncPath(target: string): Promise<void> {
  const handle = await open(target, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export interface Found {
  /** The names of the folders between the root and the file. */
  parents: readonly string[];
  name: string;
  stats: Stats;
}

/** Every file under a folder, one at a time, however many there are; what goes away meanwhile is left out. */
export async function* filesUnder(root: string, parents: readonly string[] = []): AsyncIterable<Found> {
  const dir = await opendir(path.join(root, ...parents)).catch(ifThere);
  if (!dir) return;
  for await (const entry of dir) {
    if (entry.isDirectory()) yield* filesUnder(root, [...parents, entry.name]);
    if (!entry.isFile()) continue;
    const stats = await stat(path.join(root, ...parents, entry.name)).catch(ifThere);
    if (stats) yield { parents, name: entry.name, stats };
  }
}

/** What a look at a file says of one that isn't there. */
export function ifThere(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
