import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "#lib/storage/index.ts";
import { IMAGE, INDEX, imageOf, randomBlob } from "#lib/testing/index.ts";
import { type Client, descriptorOf, jsonOf, must, newClient, refusal } from "./client.ts";

let c: Client;
let image: Awaited<ReturnType<Client["image"]>>;
beforeAll(async () => {
  c = await newClient();
  image = await c.image("v1");
});
afterAll(() => c.close());

const manifest = (reference: string, headers: Record<string, string> = {}, method = "GET") =>
  c.send(method, c.at(`manifests/${reference}`), { headers });
const layer = (headers: Record<string, string> = {}, method = "GET") =>
  c.send(method, c.at(`blobs/${digestOf(image.layer)}`), { headers });

describe("Pulling manifests", () => {
  it("by tag and by digest is 200 with the bytes, the type and the digest as pushed", async () => {
    for (const reference of ["v1", image.digest, image.digest.replace(":", "%3A")]) {
      const answer = await must(200, manifest(reference));
      expect(answer.body.equals(image.bytes)).toBe(true);
      expect(answer.headers).toMatchObject({
        "content-type": IMAGE,
        "content-length": String(image.bytes.length),
        "docker-content-digest": image.digest,
      });
    }
  });

  it("the type is the pushed one whatever Accept says, and without its parameters", async () => {
    const config = randomBlob();
    await c.blob(config);
    await must(201, c.put("parameters", imageOf(config, []), `${IMAGE}; charset=utf-8`));
    for (const accept of ["application/vnd.docker.distribution.manifest.v2+json", "*/*", INDEX]) {
      expect((await must(200, manifest("parameters", { accept }))).headers["content-type"]).toBe(IMAGE);
    }
  });

  it("of sha512 is answered with that digest, and the same bytes are there by sha256 once pushed so", async () => {
    const digest = digestOf(image.bytes, "sha512");
    expect(refusal(await manifest(digest))).toEqual([404, "MANIFEST_UNKNOWN"]);
    const pushed = await must(201, c.put(digest, image.bytes));
    expect(pushed.headers["docker-content-digest"]).toBe(digest);
    const answer = await must(200, manifest(digest));
    expect([answer.headers["docker-content-digest"], answer.body.equals(image.bytes)]).toEqual([digest, true]);
    expect((await manifest(image.digest)).headers["docker-content-digest"]).toBe(image.digest);
  });

  it("a multi-arch index comes as it is, by tag and digest, and so does each of its manifests: clients choose", async () => {
    const arm = await c.image();
    const platforms = [
      { ...descriptorOf(image.bytes), platform: { os: "linux", architecture: "amd64" } },
      { ...descriptorOf(arm.bytes), platform: { os: "linux", architecture: "arm64", variant: "v8" } },
    ];
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: platforms }));
    await must(201, c.put("multi", index, INDEX));
    for (const reference of ["multi", digestOf(index)]) {
      const answer = await must(200, manifest(reference, { accept: IMAGE }));
      expect([answer.headers["content-type"], answer.body.equals(index)]).toEqual([INDEX, true]);
    }
    for (const { digest } of platforms) await must(200, manifest(digest));
  });

  it("that is not there is 404, as is everything of a repository that is not there", async () => {
    expect(refusal(await manifest("none"))).toEqual([404, "MANIFEST_UNKNOWN"]);
    expect(refusal(await manifest(digestOf(randomBlob())))).toEqual([404, "MANIFEST_UNKNOWN"]);
    const elsewhere = `/v2/${c.t.repository.name}/none/manifests/v1`;
    expect(refusal(await c.send("GET", elsewhere))).toEqual([404, "NAME_UNKNOWN"]);
  });

  it("a reference that is neither a tag nor a digest is 400", async () => {
    for (const reference of ["-v1", ".v1", "a".repeat(129), "v1+build", "sha256:abc", "md5:00"]) {
      expect((await manifest(reference)).status, reference).toBe(400);
    }
  });

  it("a conditional request is 304 where the client has it: alone, in a list, weak, or `*`", async () => {
    const etag = `"${image.digest}"`;
    for (const condition of [etag, `W/${etag}`, `"a,b", ${etag}`, `W/"x",W/${etag}`, "*"]) {
      const answer = await manifest("v1", { "if-none-match": condition });
      expect([answer.status, answer.headers.etag, answer.body.length], condition).toEqual([304, etag, 0]);
    }
    for (const condition of ['"x"', image.digest, `"${image.digest}x"`, ""]) {
      expect((await manifest("v1", { "if-none-match": condition })).status, condition).toBe(200);
    }
  });
});

describe("Pulling blobs", () => {
  it("is 200 with the bytes and their digest, by sha256 and sha512", async () => {
    const bytes = randomBlob(100_000);
    for (const digest of [await c.blob(bytes), await c.blob(bytes, digestOf(bytes, "sha512"))]) {
      const answer = await must(200, c.send("GET", c.at(`blobs/${digest}`)));
      expect(answer.body.equals(bytes)).toBe(true);
      expect(answer.headers).toMatchObject({ "docker-content-digest": digest, "content-length": "100000" });
    }
  });

  it("that is not in the repository is 404, also where another repository has it", async () => {
    const other = `/v2/${c.t.repository.name}/other`;
    await must(202, c.send("POST", `${other}/blobs/uploads/`));
    const answer = await c.send("GET", `${other}/blobs/${digestOf(image.layer)}`);
    expect(refusal(answer)).toEqual([404, "BLOB_UNKNOWN"]);
    expect(refusal(await c.send("GET", c.at(`blobs/${digestOf(randomBlob())}`)))).toEqual([404, "BLOB_UNKNOWN"]);
  });

  it("a Range is 206 with that part, and Accept-Ranges says that it can be asked for", async () => {
    const { length } = image.layer;
    expect((await layer({}, "HEAD")).headers["accept-ranges"]).toBe("bytes");
    for (const [range, from, to] of [
      ["bytes=0-0", 0, 1],
      ["bytes=10-19", 10, 20],
      ["bytes=290-", 290, length],
      ["bytes=-7", length - 7, length],
      ["bytes=-9999", 0, length],
      ["bytes=250-99999", 250, length],
    ] as const) {
      const answer = await must(206, layer({ range }));
      expect(answer.headers).toMatchObject({
        "content-range": `bytes ${from}-${to - 1}/${length}`,
        "content-length": String(to - from),
      });
      expect(answer.body.equals(image.layer.subarray(from, to)), range).toBe(true);
    }
  });

  it("a Range beyond the end is 416 with the length; one that is malformed, or has several parts, is ignored", async () => {
    const { length } = image.layer;
    for (const range of [`bytes=${length}-`, "bytes=9999-99999", "bytes=-0"]) {
      const answer = await layer({ range });
      expect([answer.status, answer.headers["content-range"]], range).toEqual([416, `bytes */${length}`]);
    }
    for (const range of ["bytes=5-1", "bytes=a-b", "items=0-1", "bytes=0-1,5-6", "bytes=-"]) {
      expect((await layer({ range })).body.equals(image.layer), range).toBe(true);
    }
  });

  it("If-Range gives the part of what the client began with, and else the whole", async () => {
    const range = "bytes=0-9";
    expect((await layer({ range, "if-range": `"${digestOf(image.layer)}"` })).status).toBe(206);
    expect((await layer({ range, "if-range": '"another"' })).status).toBe(200);
  });

  it("a conditional request is 304 where the client has it", async () => {
    const etag = `"${digestOf(image.layer)}"`;
    for (const condition of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      for (const method of ["GET", "HEAD"]) {
        expect((await layer({ "if-none-match": condition }, method)).status, condition).toBe(304);
      }
    }
    expect((await layer({ "if-none-match": '"x"' })).status).toBe(200);
  });
});

describe("Checking if content exists in the registry", () => {
  it("HEAD of a manifest or a blob is 200 with its length and digest, without a body", async () => {
    for (const [answer, bytes] of [
      [await manifest("v1", {}, "HEAD"), image.bytes],
      [await manifest(image.digest, {}, "HEAD"), image.bytes],
      [await layer({}, "HEAD"), image.layer],
    ] as const) {
      expect([answer.status, answer.body.length]).toEqual([200, 0]);
      expect(answer.headers).toMatchObject({
        "content-length": String(bytes.length),
        "docker-content-digest": digestOf(bytes),
      });
    }
  });

  it("HEAD of what is not there is 404", async () => {
    expect((await manifest("none", {}, "HEAD")).status).toBe(404);
    expect((await c.send("HEAD", c.at(`blobs/${digestOf(randomBlob())}`))).status).toBe(404);
  });

  it("HEAD of a manifest is no pull, and of a blob by who may push keeps it for their push", async () => {
    const digest = await c.blob(randomBlob());
    expect((await c.send("HEAD", c.at(`blobs/${digest}`))).status).toBe(200);
  });
});

describe("Determining Support", () => {
  it("GET /v2/ is 200 with a token, and 401 with a challenge without one; both say which API it is", async () => {
    const [known, unknown] = [
      await c.send("GET", "/v2/"),
      await c.send("GET", "/v2/", { headers: { authorization: "" } }),
    ];
    expect([known.status, unknown.status]).toEqual([200, 401]);
    for (const { headers } of [known, unknown]) {
      expect(headers["docker-distribution-api-version"]).toBe("registry/2.0");
    }
    expect(unknown.headers["www-authenticate"]).toMatch(/^Bearer realm="http[^"]+\/auth\/token",service="[^"]+"$/);
    expect(jsonOf(unknown).errors[0].code).toBe("UNAUTHORIZED");
  });
});
