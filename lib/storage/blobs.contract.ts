import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type BlobStore, digestOf } from "./index.ts";
import { committed, find, MIB, streamOf } from "./streams.contract.ts";

/** The part of the contract about blobs: bytes that have their key. */
export function describeBlobs(name: string, open: () => BlobStore): void {
  describe(`${name}: a blob`, () => {
    let store: BlobStore;
    beforeAll(() => {
      store = open();
    });

    it("is what was appended, chunk by chunk", async () => {
      const id = randomUUID();
      const chunks = [randomBytes(10), randomBytes(3 * MIB + 7), randomBytes(1)];
      let offset = 0;
      for (const chunk of chunks) offset = await store.append(id, offset, streamOf(chunk));
      const bytes = Buffer.concat(chunks);
      expect(offset).toBe(bytes.length);
      const { storageKey } = await store.commit(id, { size: offset, digest: digestOf(bytes) });
      expect((await store.read(storageKey)).equals(bytes)).toBe(true);
    });

    it("may be empty", async () => {
      const id = randomUUID();
      const digest = digestOf(Buffer.alloc(0));
      expect(await store.append(id, 0, streamOf())).toBe(0);
      const { storageKey } = await store.commit(id, { size: 0, digest });
      expect(await store.read(storageKey)).toHaveLength(0);
    });

    it("may be empty without a single append", async () => {
      const { storageKey } = await store.commit(randomUUID(), { size: 0, digest: digestOf(Buffer.alloc(0)) });
      expect(await store.read(storageKey)).toHaveLength(0);
    });

    it("may be named by sha512", async () => {
      const id = randomUUID();
      const bytes = randomBytes(5000);
      await store.append(id, 0, streamOf(bytes));
      const { storageKey } = await store.commit(id, { size: bytes.length, digest: digestOf(bytes, "sha512") });
      expect((await store.read(storageKey)).equals(bytes)).toBe(true);
    });

    it("needs no name: a commit tells the digests that it was asked for, seen here or not", async () => {
      const bytes = randomBytes(6 * MIB + 3);
      const both = [digestOf(bytes), digestOf(bytes, "sha512")];
      for (const [writer, first] of [
        [store, { offset: 0, algorithms: ["sha256", "sha512"] }],
        [store, 0],
        [open(), { offset: 0, algorithms: ["sha256", "sha512"] }],
      ] as const) {
        const id = randomUUID();
        await writer.append(id, first, streamOf(bytes.subarray(0, MIB)));
        await writer.append(id, MIB, streamOf(bytes.subarray(MIB)));
        const commit = { size: bytes.length, digest: null, algorithms: ["sha256", "sha512"] } as const;
        const { storageKey, digests } = await store.commit(id, commit);
        expect(digests).toEqual(both);
        expect((await store.read(storageKey)).equals(bytes)).toBe(true);
      }
      const [few, id] = [randomBytes(10), randomUUID()];
      await store.append(id, 0, streamOf(few));
      const { digests } = await store.commit(id, { size: 10, digest: digestOf(few), algorithms: ["sha512"] });
      expect(digests).toEqual([digestOf(few), digestOf(few, "sha512")]);
    });

    it("committed by many at once is whole under each one's key, and removing one leaves the others", async () => {
      const bytes = randomBytes(2 * MIB);
      const digest = digestOf(bytes);
      const commit = async () => {
        const id = randomUUID();
        await store.append(id, 0, streamOf(bytes));
        return (await store.commit(id, { size: bytes.length, digest })).storageKey;
      };
      const [first = "", ...others] = await Promise.all(Array.from({ length: 6 }, commit));
      expect(new Set([first, ...others]).size).toBe(6);
      expect(await store.remove(first)).toBe(bytes.length);
      for (const key of others) expect((await store.read(key)).equals(bytes)).toBe(true);
    });

    it("is gone after its removal, and removing it again is no mistake", async () => {
      const { storageKey } = await committed(store, randomBytes(10));
      expect(await store.size(storageKey)).toBe(10);
      expect(await store.remove(storageKey)).toBe(10);
      expect(await store.size(storageKey)).toBeNull();
      await expect(store.read(storageKey)).rejects.toThrow();
      expect(await store.remove(storageKey)).toBe(0);
    });

    it("is listed by its key, with its size and when it got there", async () => {
      const began = Date.now();
      const { storageKey } = await committed(store, randomBytes(1234));
      const listed = await find(store.listKeys(), (key) => key.storageKey === storageKey);
      expect(listed?.bytes).toBe(1234);
      expect(Math.abs(Number(listed?.changedAt) - began)).toBeLessThan(60_000);
      await store.remove(storageKey);
      expect(await find(store.listKeys(), (key) => key.storageKey === storageKey)).toBeUndefined();
    });

    it("has no key that could be a path elsewhere", async () => {
      for (const key of ["../../etc/passwd", "", "sha256/aa/../../x", "sha256:abc", `sha256/aa/${"b".repeat(64)}.x`]) {
        expect(() => store.locate(key), key).toThrow("not a storage key");
      }
    });

    it("does not exist before its commit", async () => {
      const bytes = randomBytes(54_321);
      await store.append(randomUUID(), 0, streamOf(bytes));
      expect(await find(store.listKeys(), (key) => key.bytes === bytes.length)).toBeUndefined();
    });
  });

  describe(`${name}: a wrong digest`, () => {
    it("is refused, and nothing is kept: neither the blob nor the upload", async () => {
      const store = open();
      const id = randomUUID();
      const bytes = randomBytes(44_444);
      const other = digestOf(randomBytes(100));
      await store.append(id, 0, streamOf(bytes));
      await expect(store.commit(id, { size: bytes.length, digest: other })).rejects.toMatchObject({
        code: "invalid",
        reason: "DIGEST_INVALID",
      });
      expect(await find(store.listKeys(), (key) => key.bytes === bytes.length)).toBeUndefined();
      await expect(store.append(id, bytes.length, streamOf(bytes))).rejects.toMatchObject({
        reason: "BLOB_UPLOAD_UNKNOWN",
      });
    });

    it("is refused for bytes that are a prefix or longer", async () => {
      const store = open();
      const bytes = randomBytes(100);
      for (const sent of [bytes.subarray(0, 99), Buffer.concat([bytes, Buffer.from("x")])]) {
        const id = randomUUID();
        await store.append(id, 0, streamOf(sent));
        await expect(store.commit(id, { size: sent.length, digest: digestOf(bytes) })).rejects.toMatchObject({
          reason: "DIGEST_INVALID",
        });
      }
    });
  });
}
