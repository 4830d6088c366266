import { randomBytes, randomUUID } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import { type BlobStore, digestOf, PartialWrite } from "./index.ts";

const MIB = 1024 * 1024;
const streamOf = (...chunks: Buffer[]) => Readable.from(chunks, { objectMode: true });

/** A stream that gives its chunks and then breaks, as a client does that goes away. */
function broken(...chunks: Buffer[]): Readable {
  return Readable.from(
    (async function* () {
      yield* chunks;
      await Promise.resolve();
      throw new Error("the client went away");
    })(),
  );
}

/** What every store of bytes must hold; one suite for all of them. `open` gives another process's view of the same store. */
export function describeBlobStore(name: string, open: () => BlobStore): void {
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
      await store.commit(id, { size: offset, digest: digestOf(bytes) });
      expect((await store.read(digestOf(bytes))).equals(bytes)).toBe(true);
    });

    it("may be empty", async () => {
      const id = randomUUID();
      const digest = digestOf(Buffer.alloc(0));
      expect(await store.append(id, 0, streamOf())).toBe(0);
      await store.commit(id, { size: 0, digest: digest });
      expect(await store.read(digest)).toHaveLength(0);
    });

    it("may be empty without a single append", async () => {
      await store.commit(randomUUID(), { size: 0, digest: digestOf(Buffer.alloc(0)) });
      expect(await store.read(digestOf(Buffer.alloc(0)))).toHaveLength(0);
    });

    it("may be named by sha512", async () => {
      const id = randomUUID();
      const bytes = randomBytes(5000);
      await store.append(id, 0, streamOf(bytes));
      await store.commit(id, { size: bytes.length, digest: digestOf(bytes, "sha512") });
      expect((await store.read(digestOf(bytes, "sha512"))).equals(bytes)).toBe(true);
    });

    it("is the same for many who commit it at once, and stays whole", async () => {
      const bytes = randomBytes(2 * MIB);
      const digest = digestOf(bytes);
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          const id = randomUUID();
          await store.append(id, 0, streamOf(bytes));
          await store.commit(id, { size: bytes.length, digest: digest });
        }),
      );
      expect((await store.read(digest)).equals(bytes)).toBe(true);
    });

    it("does not exist before its commit", async () => {
      const bytes = randomBytes(100);
      await store.append(randomUUID(), 0, streamOf(bytes));
      await expect(store.read(digestOf(bytes))).rejects.toThrow();
    });
  });

  describe(`${name}: a wrong digest`, () => {
    it("is refused, and nothing is kept: neither the blob nor the upload", async () => {
      const store = open();
      const id = randomUUID();
      const bytes = randomBytes(100);
      const other = digestOf(randomBytes(100));
      await store.append(id, 0, streamOf(bytes));
      await expect(store.commit(id, { size: 100, digest: other })).rejects.toMatchObject({
        code: "invalid",
        reason: "DIGEST_INVALID",
      });
      await expect(store.read(other)).rejects.toThrow();
      await expect(store.read(digestOf(bytes))).rejects.toThrow();
      await expect(store.append(id, 100, streamOf(bytes))).rejects.toMatchObject({ reason: "BLOB_UPLOAD_UNKNOWN" });
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

  describe(`${name}: a stream that breaks`, () => {
    it("leaves what arrived, says how much that is, and goes on from there", async () => {
      const store = open();
      const id = randomUUID();
      const bytes = randomBytes(3 * MIB);
      const failure = await store.append(id, 0, broken(bytes.subarray(0, MIB + 5))).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PartialWrite);
      expect((failure as PartialWrite).offset).toBe(MIB + 5);
      await store.append(id, MIB + 5, streamOf(bytes.subarray(MIB + 5)));
      await store.commit(id, { size: bytes.length, digest: digestOf(bytes) });
      expect((await store.read(digestOf(bytes))).equals(bytes)).toBe(true);
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
      await store.append(id, 0, streamOf(head, garbage));
      await store.append(id, 100, streamOf(tail));
      const bytes = Buffer.concat([head, tail]);
      await store.commit(id, { size: 150, digest: digestOf(bytes) });
      expect((await store.read(digestOf(bytes))).equals(bytes)).toBe(true);
    });

    it("commits only as many bytes as the row says", async () => {
      const store = open();
      const id = randomUUID();
      const [bytes, garbage] = [randomBytes(100), randomBytes(40)];
      await store.append(id, 0, streamOf(bytes, garbage));
      await store.commit(id, { size: 100, digest: digestOf(bytes) });
      expect((await store.read(digestOf(bytes))).equals(bytes)).toBe(true);
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
      await expect(one.read(digestOf(mine))).rejects.toThrow();
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
      await expect(store.read(digestOf(bytes.subarray(0, 50)))).rejects.toThrow();
      await store.append(id, 50, streamOf(bytes.subarray(50)));
      await store.commit(id, { size: 100, digest: digestOf(bytes), isOurs: async () => true });
      expect((await store.read(digestOf(bytes))).equals(bytes)).toBe(true);
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
      await quick.commit(id, { size: 100, digest: digestOf(bytes) });
      expect((await quick.read(digestOf(bytes))).equals(bytes)).toBe(true);
    });

    it("that was committed already can't be committed into something else", async () => {
      const store = open();
      const id = randomUUID();
      const bytes = randomBytes(100);
      await store.append(id, 0, streamOf(bytes));
      await store.commit(id, { size: 100, digest: digestOf(bytes) });
      await expect(store.commit(id, { size: 100, digest: digestOf(bytes) })).rejects.toMatchObject({
        reason: "BLOB_UPLOAD_UNKNOWN",
      });
      expect((await store.read(digestOf(bytes))).equals(bytes)).toBe(true);
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
