import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import type { NamedFiles } from "./index.ts";

const MIB = 1024 * 1024;

/** What holds of files by name, wherever they are kept. */
export function describeNamedFiles(name: string, open: () => NamedFiles): void {
  describe(`${name}: a file by its name`, () => {
    let files: NamedFiles;
    const dir = `backups/${randomUUID()}`;
    const named = () => `${dir}/${randomUUID()}/file.tar.age`;
    beforeAll(() => {
      files = open();
    });

    it.each([0, 1, 5 * MIB, 16 * MIB, 16 * MIB + 1, 33 * MIB])("of %i bytes is what was written", async (bytes) => {
      const content = randomBytes(bytes);
      const at = named();
      const chunks = Array.from({ length: Math.ceil(bytes / MIB) }, (_, n) => content.subarray(n * MIB, (n + 1) * MIB));
      expect(await files.write(at, Readable.from(chunks))).toBe(bytes);
      expect(await files.size(at)).toBe(bytes);
      expect(content.equals(await readAll(files, at))).toBe(true);
      await files.remove(at);
    });

    it("is read in part", async () => {
      const at = named();
      await files.write(at, Readable.from([Buffer.from("0123456789")]));
      expect(String(await readAll(files, at, { start: 3, length: 4 }))).toBe("3456");
    });

    it("is replaced by another of its name", async () => {
      const at = named();
      for (const text of ["one", "two"]) await files.write(at, Readable.from([Buffer.from(text)]));
      expect(String(await readAll(files, at))).toBe("two");
    });

    it("leaves nothing where its stream breaks, and what had the name stays", async () => {
      const at = named();
      await files.write(at, Readable.from([Buffer.from("kept")]));
      const broken = async function* () {
        yield randomBytes(20 * MIB);
        throw new Error("broken");
      };
      await expect(files.write(at, Readable.from(broken()))).rejects.toThrow();
      expect(String(await readAll(files, at))).toBe("kept");
      expect(await namesUnder(files, at.slice(0, -"/file.tar.age".length))).toEqual([at]);
    });

    it("is listed until it is removed, and nothing is said of what is not there", async () => {
      const at = named();
      await files.write(at, Readable.from([Buffer.from("x")]));
      expect(await namesUnder(files, dir)).toContain(at);
      await files.remove(at);
      await files.remove(at);
      expect(await namesUnder(files, dir)).not.toContain(at);
      expect(await files.size(at)).toBeNull();
      await expect(files.read(at)).rejects.toMatchObject({ code: "not_found" });
      expect(await namesUnder(files, `backups/${randomUUID()}`)).toEqual([]);
    });

    it.each(["../secret", "/etc/passwd", "a//b", "a/../b", "", "a/.hidden"])("has no such name: %s", async (bad) => {
      await expect(files.read(bad)).rejects.toThrow("not a file's name");
      await expect(files.write(bad, Readable.from([]))).rejects.toThrow("not a file's name");
    });
  });
}

async function readAll(files: NamedFiles, name: string, range?: { start: number; length: number }): Promise<Buffer> {
  return Buffer.concat(await (await files.read(name, range)).toArray());
}

async function namesUnder(files: NamedFiles, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of files.list(prefix)) names.push(name);
  return names;
}
