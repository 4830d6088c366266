import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseManifest } from "./manifest.ts";

const IMAGE = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
const DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
const LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const digest = (word: string) => `sha256:${createHash("sha256").update(word).digest("hex")}`;
const descriptor = (word: string, extra: object = {}) => ({
  mediaType: "x/y",
  digest: digest(word),
  size: 3,
  ...extra,
});
const image = (extra: object = {}) => ({
  schemaVersion: 2,
  mediaType: IMAGE,
  config: descriptor("c"),
  layers: [descriptor("l")],
  ...extra,
});
const index = (extra: object = {}) => ({ schemaVersion: 2, mediaType: INDEX, manifests: [descriptor("m")], ...extra });
const parse = (body: unknown, type = IMAGE) => parseManifest(Buffer.from(JSON.stringify(body)), type);

describe("a manifest", () => {
  it("of an image refers to its config and layers", () => {
    expect(parse(image())).toEqual({
      mediaType: IMAGE,
      artifactType: "x/y",
      subjectDigest: null,
      references: [
        { digest: digest("c"), size: 3, kind: "config", foreign: false },
        { digest: digest("l"), size: 3, kind: "layer", foreign: false },
      ],
    });
  });

  it("of an index refers to its manifests, and may have none", () => {
    expect(parse(index(), INDEX).references).toEqual([
      { digest: digest("m"), size: 3, kind: "manifest", foreign: false },
    ]);
    expect(parse(index({ manifests: [] }), INDEX).references).toEqual([]);
  });

  it("may be Docker's, may leave its media type out, and may have a parameter on the Content-Type", () => {
    expect(parse(image({ mediaType: DOCKER }), DOCKER).mediaType).toBe(DOCKER);
    expect(parse(index({ mediaType: LIST }), LIST).mediaType).toBe(LIST);
    expect(parse(image({ mediaType: undefined })).mediaType).toBe(IMAGE);
    expect(parse(image(), `${IMAGE}; charset=utf-8`).mediaType).toBe(IMAGE);
  });

  it("with an empty config says of what type it is", () => {
    const config = descriptor("c", { mediaType: "application/vnd.oci.empty.v1+json" });
    const refused = expect.objectContaining({ message: expect.stringContaining("needs an artifactType") });
    expect(() => parse(image({ config }))).toThrow(refused);
    expect(() => parse(image({ config, artifactType: "" }))).toThrow(refused);
    expect(parse(image({ config, artifactType: "application/spdx" })).artifactType).toBe("application/spdx");
  });

  it("has annotations of text alone", () => {
    expect(() => parse(image({ annotations: { a: 1 } }))).toThrow("annotations.a");
    expect(parse(image({ annotations: { a: "1" } })).mediaType).toBe(IMAGE);
  });

  it("has an artifact's own type before its config's, and a subject that need not be there", () => {
    const parsed = parse(image({ artifactType: "application/spdx", subject: descriptor("s") }));
    expect(parsed).toMatchObject({ artifactType: "application/spdx", subjectDigest: digest("s") });
    expect(parsed.references.map((reference) => reference.digest)).not.toContain(digest("s"));
  });

  it("refers to a layer that stands in it twice once, and knows one that lies elsewhere", () => {
    const layers = [descriptor("l"), descriptor("l"), descriptor("far", { urls: ["https://example.com/x"] })];
    expect(parse(image({ layers })).references.slice(1)).toEqual([
      { digest: digest("l"), size: 3, kind: "layer", foreign: false },
      { digest: digest("far"), size: 3, kind: "layer", foreign: true },
    ]);
  });

  it("may have fields that nobody knows yet", () => {
    expect(() => parse(image({ annotations: { a: "b" }, future: [1] }))).not.toThrow();
  });

  const sha512 = `sha512:${"a".repeat(128)}`;
  it("may refer by sha512", () => {
    expect(parse(image({ layers: [descriptor("l", { digest: sha512 })] })).references[1]?.digest).toBe(sha512);
  });

  it.each<[string, unknown, string, RegExp]>([
    ["no Content-Type", image(), "", /media type \(none\)/],
    ["JSON as its type", image(), "application/json", /media type application\/json/],
    ["a type that every object knows", image({ mediaType: undefined }), "toString", /media type toString/],
    ["a type that is a prototype", image({ mediaType: undefined }), "__proto__", /media type __proto__/],
    ["another type inside than outside", image(), DOCKER, /mediaType is .*, but the Content-Type is/],
    ["an index said to be an image", index({ mediaType: undefined }), IMAGE, /needs config and layers/],
    ["an image said to be an index", image({ mediaType: undefined }), INDEX, /needs manifests/],
    ["both manifests and layers", image({ manifests: [] }), IMAGE, /both manifests and layers/],
    ["both manifests and a config", index({ config: descriptor("c") }), INDEX, /both manifests and layers/],
    ["no layers", image({ layers: undefined }), IMAGE, /needs config and layers/],
    ["no config", image({ config: undefined }), IMAGE, /needs config and layers/],
    ["schema 1", image({ schemaVersion: 1 }), IMAGE, /schemaVersion/],
    ["no schema", image({ schemaVersion: undefined }), IMAGE, /schemaVersion/],
    ["a list", [], IMAGE, /manifest is not valid/],
    ["null", null, IMAGE, /manifest is not valid/],
    ["a text", "x", IMAGE, /manifest is not valid/],
    ["layers that are an object", image({ layers: {} }), IMAGE, /layers/],
    ["a layer that is null", image({ layers: [null] }), IMAGE, /layers\.0/],
    [
      "a digest in capitals",
      image({ layers: [descriptor("l", { digest: digest("l").toUpperCase() })] }),
      IMAGE,
      /digest/,
    ],
    [
      "a digest that is short",
      image({ layers: [descriptor("l", { digest: "sha256:abc" })] }),
      IMAGE,
      /layers\.0\.digest/,
    ],
    ["a digest by md5", image({ layers: [descriptor("l", { digest: `md5:${"a".repeat(32)}` })] }), IMAGE, /digest/],
    [
      "a digest that is a path",
      image({ layers: [descriptor("l", { digest: "sha256:../../etc/passwd" })] }),
      IMAGE,
      /digest/,
    ],
    [
      "a digest with a line after it",
      image({ layers: [descriptor("l", { digest: `${digest("l")}\n` })] }),
      IMAGE,
      /digest/,
    ],
    ["a negative size", image({ layers: [descriptor("l", { size: -1 })] }), IMAGE, /size/],
    ["a size that is a text", image({ layers: [descriptor("l", { size: "3" })] }), IMAGE, /size/],
    ["half a byte", image({ layers: [descriptor("l", { size: 0.5 })] }), IMAGE, /size/],
    ["a size beyond all disks", image({ layers: [descriptor("l", { size: 1e300 })] }), IMAGE, /size/],
    ["a layer without a type", image({ layers: [descriptor("l", { mediaType: "" })] }), IMAGE, /mediaType/],
    ["a subject that is a text", image({ subject: digest("s") }), IMAGE, /subject/],
  ])("is refused for %s", (...[, body, type, message]) => {
    expect(() => parse(body, type)).toThrow(
      expect.objectContaining({ code: "invalid", reason: "MANIFEST_INVALID", message: expect.stringMatching(message) }),
    );
  });

  it.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["half a JSON", Buffer.from(JSON.stringify(image()).slice(0, -2))],
    [
      "bytes that are not UTF-8",
      Buffer.concat([Buffer.from('{"schemaVersion":2,"x":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    ],
    ["UTF-16", Buffer.from(JSON.stringify(image()), "utf16le")],
    ["JSON and more", Buffer.from(`${JSON.stringify(image())}{}`)],
    ["JSON a hundred thousand deep", Buffer.from(`{"layers":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)],
  ])("is refused in 200 ms where its body is %s", (_, bytes) => {
    const began = performance.now();
    expect(() => parseManifest(bytes, IMAGE)).toThrow(expect.objectContaining({ reason: "MANIFEST_INVALID" }));
    expect(performance.now() - began).toBeLessThan(200);
  });
});
