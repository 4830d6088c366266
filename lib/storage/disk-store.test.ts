import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { describeBlobStore } from "./blob-store.contract.ts";
import { DiskStore, digestOf } from "./index.ts";

const root = await mkdtemp(path.join(tmpdir(), "purser-store-"));
afterAll(() => rm(root, { recursive: true, force: true }));

describeBlobStore("the disk", () => new DiskStore(root));

describe("the disk", () => {
  it("keeps a blob under its digest, and no upload beside it", async () => {
    const dir = path.join(root, "own");
    const store = new DiskStore(dir);
    const bytes = randomBytes(10);
    const id = randomUUID();
    await store.append(id, 0, Readable.from([bytes]));
    await store.commit(id, { size: 10, digest: digestOf(bytes) });
    const hex = digestOf(bytes).slice("sha256:".length);
    expect((await readdir(dir, { recursive: true })).sort()).toEqual(
      [
        "blobs",
        "blobs/sha256",
        `blobs/sha256/${hex.slice(0, 2)}`,
        `blobs/sha256/${hex.slice(0, 2)}/${hex}`,
        "uploads",
      ].sort(),
    );
    expect((await stat(store.locate(digestOf(bytes)).path)).size).toBe(10);
  });

  it("survives a commit that failed for want of room, and can try again", async () => {
    const dir = path.join(root, "blocked");
    const store = new DiskStore(dir);
    const bytes = randomBytes(10);
    const id = randomUUID();
    await store.append(id, 0, Readable.from([bytes]));
    await writeFile(path.join(dir, "blobs"), "a file where a folder must be");
    await expect(store.commit(id, { size: 10, digest: digestOf(bytes) })).rejects.toThrow(/ENOTDIR|EEXIST/);
    await rm(path.join(dir, "blobs"));
    await store.commit(id, { size: 10, digest: digestOf(bytes) });
    expect((await store.read(digestOf(bytes))).equals(bytes)).toBe(true);
  });
});
