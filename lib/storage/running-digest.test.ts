import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { digestOf } from "./digest.ts";
import { hashThread } from "./hash-thread.ts";
import { RunningDigest } from "./running-digest.ts";

const MIB = 1024 * 1024;

describe("a running digest", () => {
  it("is that of the bytes, however they come: small, large, across the shared memory's end, by each algorithm, and by both at once", async () => {
    for (const algorithms of [["sha256"], ["sha512"], ["sha256", "sha512"]] as const) {
      for (const sizes of [[0], [10, 300_000], [300_000], [MIB - 1, 2, 3 * MIB + 5], [MIB, MIB]]) {
        const digest = new RunningDigest(...algorithms);
        const chunks = sizes.map((size) => randomBytes(size));
        const seen: Buffer[] = [];
        for (const chunk of chunks) {
          await digest.add([chunk.subarray(0, 7), chunk.subarray(7)], async (bytes) => {
            seen.push(Buffer.concat(bytes));
          });
        }
        const all = Buffer.concat(chunks);
        expect(await digest.digests()).toEqual(algorithms.map((algorithm) => digestOf(all, algorithm)));
        expect(Buffer.concat(seen).equals(all)).toBe(true);
      }
    }
  });

  it("of 64 uploads at once waits for memory, and each is right", async () => {
    const blobs = Array.from({ length: 64 }, () => randomBytes(2 * MIB));
    const digests = await Promise.all(
      blobs.map(async (bytes) => {
        const digest = new RunningDigest("sha256");
        for (let at = 0; at < bytes.length; at += MIB)
          await digest.add([bytes.subarray(at, at + MIB)], async () => undefined);
        return (await digest.digests())[0];
      }),
    );
    expect(digests).toEqual(blobs.map((bytes) => digestOf(bytes)));
  });

  it("gives the memory back where the bytes could not be used", async () => {
    for (let turn = 0; turn < 50; turn++) {
      const digest = new RunningDigest("sha256");
      const refused = digest.add([randomBytes(MIB)], () => Promise.reject(new Error("no room")));
      await expect(refused).rejects.toThrow("no room");
      digest.forget();
    }
  });

  it("is no digest of the rest alone where the thread died between two chunks", async () => {
    const nothing = async () => undefined;
    const [before, untouched] = [new RunningDigest("sha256"), new RunningDigest("sha256")];
    await before.add([randomBytes(MIB)], nothing);
    await untouched.add([randomBytes(MIB)], nothing);
    await hashThread().end();
    // A new thread knows only what comes now: any bytes could be had under the digest of their end.
    await expect(before.add([randomBytes(MIB)], nothing)).rejects.toThrow("the hashing thread ended");
    await expect(before.digests()).rejects.toThrow("the hashing thread ended");
    await expect(untouched.digests()).rejects.toThrow("the hashing thread ended");
    untouched.forget();
    const [after, bytes] = [new RunningDigest("sha256"), randomBytes(MIB)];
    await after.add([bytes], nothing);
    expect(await after.digests()).toEqual([digestOf(bytes)]);
  });
});
