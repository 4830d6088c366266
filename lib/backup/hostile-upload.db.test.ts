import { Readable } from "node:stream";
import { Encrypter } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import type { Fixture } from "#lib/testing/index.ts";
import { setEnv } from "../env.ts";
import { beginUpload, receiveUpload } from "./index.ts";
import { sealOf } from "./manifest.ts";
import {
  admin,
  crafted,
  craftedTar,
  craftersKey,
  file,
  id,
  nothingKept,
  of,
  opening,
  PERSON,
  PRODUCT,
  REPOSITORY,
  sent,
} from "./upload.contract.ts";

describe("a file that is no backup", { timeout: 90_000 }, () => {
  let t: Fixture;
  beforeAll(async () => {
    t = await admin();
  });
  const refusedAtOnce = async (bytes: Buffer | Readable, error: object, length?: number) => {
    const { id } = await beginUpload(t.ctx);
    const source = bytes instanceof Readable ? bytes : Readable.from([bytes]);
    const receiving = receiveUpload(t.ctx, id, { source, ...(length !== undefined && { length }) });
    await expect(receiving).rejects.toMatchObject(error);
    await nothingKept(t, id);
  };

  it("is refused before it has all arrived, and not kept", async () => {
    let read = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          read += 65_536;
          yield Buffer.alloc(65_536);
        }
      })(),
    );
    const words = { code: "invalid", message: expect.stringContaining("is no backup of Purser's") };
    await refusedAtOnce(endless, words);
    expect(read).toBeLessThan(4_000_000);
    await refusedAtOnce(Buffer.from("hello"), words);
    await refusedAtOnce(Buffer.alloc(0), words);
    const plain = new Encrypter();
    plain.addRecipient((await craftersKey()).recipient);
    await refusedAtOnce(Buffer.from(await plain.encrypt("no key with it")), words);
  });

  it("or that breaks off, or is larger than may be, is not kept", async () => {
    const bytes = await file({ products: [PRODUCT] });
    await refusedAtOnce(bytes, { code: "invalid", message: expect.stringContaining("broke off") }, bytes.length + 1);
    const broken = Readable.from(
      (function* () {
        yield bytes;
        throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
      })(),
    );
    await refusedAtOnce(broken, { code: "invalid", message: expect.stringContaining("broke off") });
    setEnv({ BACKUP_UPLOAD_BYTES: "1000" });
    try {
      await refusedAtOnce(bytes, { code: "too_large" });
      await refusedAtOnce(bytes, { code: "too_large" }, 1001);
    } finally {
      setEnv({ BACKUP_UPLOAD_BYTES: "" });
    }
  });

  const gone = Buffer.from("a layer");
  it.each<[string, () => Promise<Buffer>, string]>([
    ["that is cut short", async () => (await file({ products: [PRODUCT] })).subarray(0, -20), "cut off"],
    [
      "that is cut in the middle of its rows",
      async () => {
        const products = Array.from({ length: 3000 }, (_, n) => ({ ...PRODUCT, id: id(n + 10), slug: `p${n}` }));
        const bytes = await file({ products });
        return bytes.subarray(0, bytes.length / 2);
      },
      "cut off",
    ],
    [
      "whose layers are cut off",
      async () => (await file({ products: [PRODUCT] }, { blobs: [gone] })).subarray(0, -1600),
      "can't be used",
    ],
    ["of a newer version", () => file({ products: [{ ...PRODUCT, of_tomorrow: 1 }] }), "another version"],
    [
      "whose names lead elsewhere",
      () => craftedTar((tar) => void tar.entry({ name: "../../etc/passwd" }, "x")),
      "a part that no backup has",
    ],
    [
      "with a link",
      () =>
        craftedTar(
          (tar) => void tar.entry({ name: "rows/products/000001.jsonl", type: "symlink", linkname: "/etc/passwd" }),
        ),
      "no file",
    ],
    [
      "of endless parts",
      () =>
        crafted(async (to) => {
          await to.add("format.json", Buffer.from(JSON.stringify({ product: "purser", format: 1 })));
          for (let n = 1; n <= 100_001; n++)
            await to.add(`rows/products/${String(n).padStart(6, "0")}.jsonl`, Buffer.from("x"));
        }),
      "parts that no backup has",
    ],
    [
      "of endless zeros",
      () =>
        craftedTar(
          (tar) => void tar.entry({ name: "rows/products/000001.jsonl", size: 70_000_000 }, Buffer.alloc(70_000_000)),
        ),
      "larger than any",
    ],
    [
      "that says it is a whole instance's",
      async () =>
        crafted(async (to) => {
          await to.add("format.json", Buffer.from(JSON.stringify({ product: "purser", format: 1 })));
          const bytes = Buffer.from(
            JSON.stringify({
              format: 1,
              schema: "1",
              instance: "x",
              tenant: null,
              takenAt: new Date().toISOString(),
              withBytes: false,
              tables: {},
              members: [],
              blobs: [],
            }),
          );
          await to.add("manifest.json", bytes);
          await to.add("manifest.seal", Buffer.from(sealOf(bytes)));
        }),
      "npm run restore",
    ],
    [
      "of another format",
      () => crafted((to) => to.add("format.json", Buffer.from(JSON.stringify({ product: "purser", format: 7 })))),
      "format 7",
    ],
    ["whose format is none", () => crafted((to) => to.add("format.json", Buffer.from("null,"))), "can't be read"],
    ["whose names have no end", () => file({ products: [PRODUCT] }, { slug: "x".repeat(1_000_000) }), "can't be read"],
    ["whose rows are none", () => file({ products: [{ ...PRODUCT, id: "no id" }] }), "can't be read"],
    [
      "with a repository of another workspace",
      () => file({ products: [PRODUCT], repositories: [{ ...REPOSITORY, name: "acme/app" }] }),
      "repositories are none",
    ],
    [
      "with a repository that takes another workspace's name",
      () => file({ products: [PRODUCT], repositories: [{ ...REPOSITORY, name: "theirss/app" }] }),
      "repositories are none",
    ],
    [
      "with a member whom it does not know",
      () => file({ users: [PERSON], members: [{ ...of, id: id(8), user_id: id(9) }] }),
      "members are none",
    ],
    [
      "with a file that is not what its sum says",
      () =>
        file({
          assets: [
            {
              ...of,
              id: id(6),
              release_id: id(5),
              filename: "app.zip",
              size: 1,
              sha256: "0".repeat(64),
              blob_digest: `sha256:${"1".repeat(64)}`,
            },
          ],
        }),
      "assets are none",
    ],
    [
      "with an image that is not what its digest says",
      () =>
        file({
          products: [PRODUCT],
          repositories: [REPOSITORY],
          manifests: [
            {
              ...of,
              id: id(4),
              repository_id: id(3),
              digest: `sha256:${"0".repeat(64)}`,
              media_type: "x",
              bytes: "\\x7b7d",
            },
          ],
        }),
      "manifests are none",
    ],
  ])("%s is one clear error, and is not kept", async (_, make, words) => {
    const { id } = await sent(t, await make());
    expect(await opening(t, id)).toMatchObject({ state: "failed", error: expect.stringContaining(words) });
    await nothingKept(t, id);
  });
});
