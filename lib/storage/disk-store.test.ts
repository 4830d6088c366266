import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
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
  it("keeps a blob in a folder of its digest, and no upload beside it", async () => {
    const dir = path.join(root, "own");
    const store = new DiskStore(dir);
    const bytes = randomBytes(10);
    const id = randomUUID();
    await store.append(id, 0, Readable.from([bytes]));
    const { storageKey } = await store.commit(id, { size: 10, digest: digestOf(bytes) });
    await store.discard(id);
    const hex = digestOf(bytes).slice("sha256:".length);
    expect((await readdir(dir, { recursive: true })).sort()).toEqual(
      ["blobs", "blobs/sha256", `blobs/sha256/${hex.slice(0, 2)}`, `blobs/${storageKey}`, "uploads"].sort(),
    );
    expect(storageKey.startsWith(`sha256/${hex.slice(0, 2)}/${hex}.`)).toBe(true);
    expect((await stat(store.locate(storageKey).path)).size).toBe(10);
  });

  it("reads, lists and removes what was kept under its digest alone, as older versions did", async () => {
    const dir = path.join(root, "older");
    const store = new DiskStore(dir);
    for (const algorithm of ["sha256", "sha512"] as const) {
      const bytes = randomBytes(10);
      const digest = digestOf(bytes, algorithm);
      const hex = digest.slice("sha256:".length);
      const folder = path.join(dir, "blobs", algorithm, hex.slice(0, 2));
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, hex), bytes);
      expect((await store.read(digest)).equals(bytes)).toBe(true);
      const listed: string[] = [];
      for await (const { storageKey } of store.listKeys()) listed.push(storageKey);
      expect(listed).toEqual([digest]);
      expect(await store.remove(digest)).toBe(10);
    }
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
    const { storageKey } = await store.commit(id, { size: 10, digest: digestOf(bytes) });
    expect((await store.read(storageKey)).equals(bytes)).toBe(true);
  });
});
