import { randomBytes, randomUUID } from "node:crypto";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { type BlobStore, digestOf, PartialWrite } from "./index.ts";
import { broken, find, MIB, streamOf } from "./streams.contract.ts";

/** The part of the contract about uploads: bytes on their way to a key. */
export function describeUploads(name: string, open: () => BlobStore): void {
  describe(`${name}: a stream that breaks`, () => {
    it("leaves what arrived, says how much that is, and goes on from there", async () => {
      const store = open();
      const id = randomUUID();
      const bytes = randomBytes(3 * MIB);
      const failure = await store.append(id, 0, broken(bytes.subarray(0, MIB + 5))).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PartialWrite);
      expect((failure as PartialWrite).offset).toBe(MIB + 5);
      await store.append(id, MIB + 5, streamOf(bytes.subarray(MIB + 5)));
      const { storageKey } = await store.commit(id, { size: bytes.length, digest: digestOf(bytes) });
      expect((await store.read(storageKey)).equals(bytes)).toBe(true);
    });

    it("before its first byte leaves an upload of none", async () => {
      const failure = await open()
        .append(randomUUID(), 0, broken())
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ offset: 0 });
    });
  });

  describe(`${name}: going on with an upload`, () => {
    it("drops what was written beyond the offset that the row says", async () => {
      const store = open();
      const id = randomUUID();
      const [head, garbage, tail] = [randomBytes(100), randomBytes(5000), randomBytes(50)];
      await store.append(id, 0, streamOf(head));
      await store.append(id, 100, streamOf(garbage));
      await store.append(id, 100, streamOf(tail));
      const bytes = Buffer.concat([head, tail]);
      const { storageKey } = await store.commit(id, { size: 150, digest: digestOf(bytes) });
      expect((await store.read(storageKey)).equals(bytes)).toBe(true);
    });

    it("commits only as many bytes as the row says", async () => {
      const store = open();
      const id = randomUUID();
      const [bytes, garbage] = [randomBytes(100), randomBytes(40)];
      await store.append(id, 0, streamOf(bytes));
      await store.append(id, 100, streamOf(garbage));
      const { storageKey } = await store.commit(id, { size: 100, digest: digestOf(bytes) });
      expect((await store.read(storageKey)).equals(bytes)).toBe(true);
    });

    it("works from another process after each chunk", async () => {
      const id = randomUUID();
      const chunks = [randomBytes(100), randomBytes(200), randomBytes(300)];
      let offset = 0;
      for (const chunk of chunks) offset = await open().append(id, offset, streamOf(chunk));
      await open().commit(id, { size: offset, digest: digestOf(Buffer.concat(chunks)) });
    });

    it("never takes one process's memory of the bytes for what another has written since", async () => {
      const [one, other] = [open(), open()];
      const id = randomUUID();
      const [mine, theirs] = [randomBytes(100), randomBytes(100)];
      // The first writer's offset was never kept, so the second one began anew.
      await one.append(id, 0, streamOf(mine));
      await other.append(id, 0, streamOf(theirs));
      await expect(one.commit(id, { size: 100, digest: digestOf(mine) })).rejects.toMatchObject({
        reason: "DIGEST_INVALID",
      });
    });

    it("of many MiB goes on from each offset it told, here and elsewhere, small pieces and large ones", async () => {
      const bytes = randomBytes(17 * MIB + 123);
      const [one, other] = [open(), open()];
      const id = randomUUID();
      let offset = 0;
      for (const [store, end] of [
        [one, 3 * MIB + 1],
        [one, 9 * MIB + 7],
        [other, 9 * MIB + 8],
        [one, 16 * MIB],
      ] as const) {
        await store.append(id, offset, streamOf(randomBytes(100)));
        offset = await store.append(id, offset, streamOf(bytes.subarray(offset, end)));
        expect(offset).toBe(end);
      }
      await one.append(id, offset, streamOf(bytes.subarray(offset)));
      const { storageKey } = await other.commit(id, { size: bytes.length, digest: digestOf(bytes) });
      expect((await other.read(storageKey)).equals(bytes)).toBe(true);
      const refused = await one.commit(id, { size: bytes.length, digest: digestOf(randomBytes(3)) }).catch((e) => e);
      expect(refused).toMatchObject({ reason: "DIGEST_INVALID" });
      expect((await other.read(storageKey)).equals(bytes)).toBe(true);
    });

    it("of many MiB that was committed without a row can take more bytes, from what its row says", async () => {
      const bytes = randomBytes(13 * MIB);
      const store = open();
      const id = randomUUID();
      await store.append(id, 0, streamOf(bytes.subarray(0, 6 * MIB)));
      await store.append(id, 6 * MIB, streamOf(bytes.subarray(6 * MIB)));
      const first = await store.commit(id, { size: bytes.length, digest: digestOf(bytes) });
      const again = await open().append(id, 6 * MIB, streamOf(bytes.subarray(6 * MIB)));
      const second = await open().commit(id, { size: again, digest: digestOf(bytes) });
      expect(second.storageKey).not.toBe(first.storageKey);
      await store.remove(first.storageKey);
      expect((await store.read(second.storageKey)).equals(bytes)).toBe(true);
    });

    it("of many MiB, forked, is out of reach of whoever still writes to it", async () => {
      const [slow, quick] = [open(), open()];
      const id = randomUUID();
      const bytes = randomBytes(14 * MIB);
      await slow.append(id, 0, streamOf(bytes.subarray(0, 6 * MIB)));
      const stalled = new PassThrough();
      const writing = slow.append(id, 6 * MIB, stalled).catch((error: unknown) => error);
      stalled.write(randomBytes(10));
      await quick.fork(id, 6 * MIB);
      await quick.append(id, 6 * MIB, streamOf(bytes.subarray(6 * MIB)));
      stalled.end(randomBytes(12 * MIB));
      await writing;
      const { storageKey } = await quick.commit(id, { size: bytes.length, digest: digestOf(bytes) });
      expect((await quick.read(storageKey)).equals(bytes)).toBe(true);
    });

    it("that has vanished says so, at an append and at the commit", async () => {
      const store = open();
      const gone = { code: "not_found", reason: "BLOB_UPLOAD_UNKNOWN" };
      await expect(store.append(randomUUID(), 10, streamOf(randomBytes(1)))).rejects.toMatchObject(gone);
      await expect(store.commit(randomUUID(), { size: 10, digest: digestOf(randomBytes(1)) })).rejects.toMatchObject(
        gone,
      );
    });

    it("that is another's by now is not committed, and whose it is goes on", async () => {
      const store = open();
      const id = randomUUID();
      const bytes = randomBytes(100);
      await store.append(id, 0, streamOf(bytes.subarray(0, 50)));
      const lost = store.commit(id, { size: 50, digest: digestOf(bytes.subarray(0, 50)), isOurs: async () => false });
      await expect(lost).rejects.toMatchObject({ code: "conflict" });
      await store.append(id, 50, streamOf(bytes.subarray(50)));
      const { storageKey } = await store.commit(id, { size: 100, digest: digestOf(bytes), isOurs: async () => true });
      expect((await store.read(storageKey)).equals(bytes)).toBe(true);
    });

    it("forked is out of reach of whoever still writes to the old file", async () => {
      const [slow, quick] = [open(), open()];
      const id = randomUUID();
      const bytes = randomBytes(100);
      await slow.append(id, 0, streamOf(bytes.subarray(0, 50)));
      const stalled = new PassThrough();
      const writing = slow.append(id, 50, stalled);
      stalled.write(randomBytes(10));
      await quick.fork(id, 50);
      await quick.append(id, 50, streamOf(bytes.subarray(50)));
      stalled.end(randomBytes(2 * MIB));
      await writing;
      const { storageKey } = await quick.commit(id, { size: 100, digest: digestOf(bytes) });
      expect((await quick.read(storageKey)).equals(bytes)).toBe(true);
    });

    it("that was committed stays until it is discarded, so that a commit without a row can be tried again", async () => {
      const store = open();
      const id = randomUUID();
      const bytes = randomBytes(100);
      await store.append(id, 0, streamOf(bytes.subarray(0, 60)));
      await store.append(id, 60, streamOf(bytes.subarray(60)));
      const first = await store.commit(id, { size: 100, digest: digestOf(bytes) });
      const second = await open().commit(id, { size: 100, digest: digestOf(bytes) });
      expect(second.storageKey).not.toBe(first.storageKey);
      await store.remove(first.storageKey);
      expect((await store.read(second.storageKey)).equals(bytes)).toBe(true);
      await store.discard(id);
      await expect(store.commit(id, { size: 100, digest: digestOf(bytes) })).rejects.toMatchObject({
        reason: "BLOB_UPLOAD_UNKNOWN",
      });
      expect((await store.read(second.storageKey)).equals(bytes)).toBe(true);
    });

    it("is listed until it is discarded", async () => {
      const store = open();
      const id = randomUUID();
      await store.append(id, 0, streamOf(randomBytes(77)));
      const listed = await find(store.listUploads(), ({ uploadId }) => uploadId === id);
      expect(listed?.bytes).toBeGreaterThanOrEqual(77);
      expect(Math.abs(Number(listed?.changedAt) - Date.now())).toBeLessThan(60_000);
      await store.discard(listed?.leftover ?? "");
      expect(await find(store.listUploads(), ({ uploadId }) => uploadId === id)).toBeUndefined();
    });

    it("is forgotten when it is discarded, once or twice", async () => {
      const store = open();
      const id = randomUUID();
      await store.append(id, 0, streamOf(randomBytes(10)));
      await store.discard(id);
      await store.discard(id);
      await expect(store.append(id, 10, streamOf(randomBytes(1)))).rejects.toMatchObject({ code: "not_found" });
    });

    it("takes no id that could be a path", async () => {
      for (const id of ["../../etc/passwd", "", "a/b", `${randomUUID()}/x`, `../${randomUUID().slice(3)}`]) {
        await expect(open().append(id, 0, streamOf(randomBytes(1)))).rejects.toThrow("not an upload's id");
      }
    });
  });
}
