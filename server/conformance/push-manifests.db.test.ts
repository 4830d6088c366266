import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "#lib/storage/index.ts";
import { IMAGE, INDEX, imageOf, randomBlob } from "#lib/testing/index.ts";
import { type Client, descriptorOf, jsonOf, must, newClient, refusal } from "./client.ts";

const DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const EMPTY = "application/vnd.oci.empty.v1+json";

let c: Client;
let config: Buffer;
let layer: Buffer;
beforeAll(async () => {
  c = await newClient();
  [config, layer] = [randomBlob(), randomBlob()];
  await c.blob(config);
  await c.blob(layer);
});
afterAll(() => c.close());

const image = (extra: object = {}) => imageOf(config, [layer], { n: randomBlob(8).toString("hex"), ...extra });

describe("Pushing Manifests", () => {
  it("is 201 at an address where it can be pulled, with the digest; the bytes are kept as they are", async () => {
    const bytes = Buffer.from(` ${image()}\n\n`);
    const answer = await must(201, c.put("as-it-is", bytes));
    expect(answer.headers["docker-content-digest"]).toBe(digestOf(bytes));
    const back = await must(200, c.send("GET", String(answer.headers.location)));
    expect(back.body.equals(bytes)).toBe(true);
  });

  it("by digest is checked against it, in either algorithm, and the answer has the client's digest", async () => {
    const bytes = image();
    for (const algorithm of ["sha256", "sha512"] as const) {
      const digest = digestOf(bytes, algorithm);
      expect((await must(201, c.put(digest, bytes))).headers["docker-content-digest"]).toBe(digest);
      expect(refusal(await c.put(digest, image()))).toEqual([400, "DIGEST_INVALID"]);
    }
  });

  it("of OCI's and Docker's types is taken, images and indexes, of no layers and of no manifests", async () => {
    const docker = image({ mediaType: DOCKER });
    await must(201, c.put("docker", docker, DOCKER));
    const manifests = [descriptorOf(docker, DOCKER)];
    await must(201, c.put("list", { schemaVersion: 2, mediaType: DOCKER_LIST, manifests }, DOCKER_LIST));
    await must(201, c.put("index", { schemaVersion: 2, mediaType: INDEX, manifests }, INDEX));
    await must(201, c.put("no-manifests", { schemaVersion: 2, mediaType: INDEX, manifests: [] }, INDEX));
    await must(201, c.put("no-layers", imageOf(config, [])));
    for (const [tag, type] of [
      ["docker", DOCKER],
      ["list", DOCKER_LIST],
      ["index", INDEX],
    ]) {
      expect((await c.send("GET", c.at(`manifests/${tag}`))).headers["content-type"]).toBe(type);
    }
  });

  it("whose mediaType is not the Content-Type, or that is an index and an image at once, is MANIFEST_INVALID", async () => {
    const both = { ...JSON.parse(image().toString()), manifests: [] };
    for (const [body, type] of [
      [image(), INDEX],
      [image(), DOCKER],
      [image(), "application/json"],
      [image(), ""],
      [both, IMAGE],
      [{ ...both, mediaType: INDEX }, INDEX],
      [{ schemaVersion: 1 }, IMAGE],
      [Buffer.from("{"), IMAGE],
    ] as const) {
      expect(refusal(await c.put("invalid", body, type))).toEqual([400, "MANIFEST_INVALID"]);
    }
    await must(201, c.put("no-media-type", image({ mediaType: undefined })));
  });

  it("that refers to a blob or a manifest that is not there is MANIFEST_BLOB_UNKNOWN, and moves no tag", async () => {
    const index = { schemaVersion: 2, mediaType: INDEX, manifests: [descriptorOf(randomBlob())] };
    for (const [body, type] of [
      [imageOf(config, [randomBlob()]), IMAGE],
      [imageOf(randomBlob(), [layer]), IMAGE],
      [index, INDEX],
    ] as const) {
      expect(refusal(await c.put("unknown", body, type))).toEqual([400, "MANIFEST_BLOB_UNKNOWN"]);
    }
    expect((await c.send("GET", c.at("manifests/unknown"))).status).toBe(404);
  });

  it("up to 4 MiB is taken, and larger is 413", async () => {
    const padded = (bytes: number) => {
      const manifest = image();
      return Buffer.concat([manifest, Buffer.alloc(bytes - manifest.length, " ")]);
    };
    await must(201, c.put("largest", padded(4 * 1024 * 1024)));
    expect(refusal(await c.put("larger", padded(4 * 1024 * 1024 + 1)))).toEqual([413, "MANIFEST_INVALID"]);
  });

  it("moves the tag; the manifest before is there by its digest", async () => {
    const [one, two] = [image(), image()];
    await must(201, c.put("moved", one));
    await must(201, c.put("moved", two));
    expect((await c.send("GET", c.at("manifests/moved"))).body.equals(two)).toBe(true);
    expect((await c.send("GET", c.at(`manifests/${digestOf(one)}`))).body.equals(one)).toBe(true);
  });

  it("an artifact needs a type of its own where its config is empty", async () => {
    const empty = Buffer.from("{}");
    await c.blob(empty);
    const artifact = { config: descriptorOf(empty, EMPTY), artifactType: undefined };
    expect(refusal(await c.put("artifact", image(artifact)))).toEqual([400, "MANIFEST_INVALID"]);
    await must(201, c.put("artifact", image({ ...artifact, artifactType: "application/spdx" })));
  });

  it("never fetches what `urls` name: such a layer need not be there", async () => {
    const far = { ...descriptorOf(randomBlob(), "x/y"), urls: ["http://127.0.0.1:9/layer"] };
    await must(201, c.put("foreign", image({ layers: [far] })));
  });
});

describe("Pushing Manifests with Subject", () => {
  it("answers OCI-Subject, whether or not the subject is there, for images and indexes", async () => {
    const there = image();
    await must(201, c.put("subject", there));
    for (const subject of [descriptorOf(there), descriptorOf(randomBlob())]) {
      const answer = await must(201, c.put(`of-${subject.size}`, image({ subject })));
      expect(answer.headers["oci-subject"]).toBe(subject.digest);
      const index = { schemaVersion: 2, mediaType: INDEX, manifests: [], subject };
      expect((await must(201, c.put("index-of", index, INDEX))).headers["oci-subject"]).toBe(subject.digest);
    }
    expect((await must(201, c.put("plain", image()))).headers["oci-subject"]).toBeUndefined();
  });

  it("in either order, the manifest and its referrer find each other", async () => {
    const subject = image();
    const referrer = image({ subject: descriptorOf(subject), artifactType: "a/b" });
    await must(201, c.put(digestOf(referrer), referrer));
    await must(201, c.put(digestOf(subject), subject));
    const list = jsonOf(await must(200, c.send("GET", c.at(`referrers/${digestOf(subject)}`))));
    expect(list.manifests).toMatchObject([{ digest: digestOf(referrer), artifactType: "a/b" }]);
  });
});
