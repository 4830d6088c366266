import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { notFound } from "../errors.ts";
import { filesUnder, makeDurably, syncPath } from "./folders.ts";
import { checkedName, type NamedFiles } from "./named-files.ts";
import { storeFailure } from "./store-failure.ts";

const CHUNK_BYTES = 1024 * 1024;

/** Files below a folder of this machine: written beside their name, synced, then renamed. */
export class DiskFiles implements NamedFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async write(name: string, source: Readable): Promise<number> {
    const to = this.#path(name);
    const beside = `${to}.${randomUUID()}`;
    try {
      await makeDurably(path.dirname(to));
      await pipeline(source, createWriteStream(beside, { mode: 0o600, highWaterMark: CHUNK_BYTES }));
      await syncPath(beside);
      await rename(beside, to);
      await syncPath(path.dirname(to));
      return (await stat(to)).size;
    } catch (error) {
      await rm(beside, { force: true });
      throw storeFailure(error);
    }
  }

  async read(name: string, range?: { start: number; length: number }): Promise<Readable> {
    const file = await open(this.#path(name)).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? notFound("file") : storeFailure(error);
    });
    const part = range ? { start: range.start, end: range.start + range.length - 1 } : {};
    return createReadStream("", { fd: file, highWaterMark: CHUNK_BYTES, ...part });
  }

  async size(name: string): Promise<number | null> {
    return stat(this.#path(name)).then(
      ({ size }) => size,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return null;
        throw storeFailure(error);
      },
    );
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  async *list(prefix: string): AsyncIterable<{ name: string; changedAt: Date }> {
    const top = checkedName(prefix).split("/");
    for await (const { parents, name, stats } of filesUnder(path.join(this.#root, ...top)))
      yield { name: [...top, ...parents, name].join("/"), changedAt: stats.mtime };
  }

  #path(name: string): string {
    return path.join(this.#root, checkedName(name));
  }
}
