import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Digest, digestOf } from "#lib/storage/index.ts";
import { randomBlob } from "#lib/testing/index.ts";
import { type Client, must, newClient, refusal } from "./client.ts";

let c: Client;
beforeAll(async () => {
  c = await newClient();
});
afterAll(() => c.close());

const uploads = (query = "") => c.at(`blobs/uploads/${query}`);
const begin = async () => String((await must(202, c.send("POST", uploads()))).headers.location);
const chunk = (location: string, body: Buffer, range?: string) =>
  c.send("PATCH", location, { body, headers: range === undefined ? {} : { "content-range": range } });
const close = (location: string, digest: string, body?: Buffer) =>
  c.send("PUT", `${location}?digest=${digest}`, { body });

/** The answer to a whole blob: its address, where it can be pulled. */
async function isThere(answer: ReturnType<Client["send"]>, digest: Digest, bytes: Buffer): Promise<void> {
  const { headers } = await must(201, answer);
  expect(headers).toMatchObject({ location: c.at(`blobs/${digest}`), "docker-content-digest": digest });
  expect((await must(200, c.send("GET", String(headers.location)))).body.equals(bytes)).toBe(true);
}

describe("Pushing a blob monolithically: POST then PUT", () => {
  it("POST is 202 with a location of its own, PUT with the digest is 201 at the blob's", async () => {
    const bytes = randomBlob(5000);
    const [location, other] = [await begin(), await begin()];
    expect(location).toMatch(/^\/v2\/.+\/blobs\/uploads\/[0-9a-f-]{36}$/);
    expect(other).not.toBe(location);
    await isThere(close(location, digestOf(bytes), bytes), digestOf(bytes), bytes);
  });

  it("takes sha512, and a blob of no bytes", async () => {
    for (const bytes of [randomBlob(50), Buffer.alloc(0)]) {
      for (const algorithm of ["sha256", "sha512"] as const) {
        const digest = digestOf(bytes, algorithm);
        await isThere(close(await begin(), digest, bytes), digest, bytes);
      }
    }
  });

  it("without a digest, with one that is none, or with another's is 400", async () => {
    const bytes = randomBlob();
    const location = await begin();
    expect(refusal(await c.send("PUT", location, { body: bytes }))).toEqual([400, "DIGEST_INVALID"]);
    expect(refusal(await close(location, "sha256:no", bytes))).toEqual([400, "DIGEST_INVALID"]);
    const wrong = digestOf(randomBlob());
    expect(refusal(await close(location, wrong, bytes))).toEqual([400, "DIGEST_INVALID"]);
    expect((await c.send("HEAD", c.at(`blobs/${wrong}`))).status).toBe(404);
  });

  it("of what the repository has already is 201 again", async () => {
    const bytes = randomBlob();
    for (let n = 0; n < 2; n++) await isThere(close(await begin(), digestOf(bytes), bytes), digestOf(bytes), bytes);
  });
});

describe("Pushing a blob monolithically: Single POST", () => {
  it("is 201 at the blob's address", async () => {
    const bytes = randomBlob(3000);
    const digest = digestOf(bytes);
    await isThere(c.send("POST", uploads(`?digest=${digest}`), { body: bytes }), digest, bytes);
  });

  it("of other bytes than the digest's is 400, and nothing is there", async () => {
    const digest = digestOf(randomBlob());
    const answer = await c.send("POST", uploads(`?digest=${digest}`), { body: randomBlob() });
    expect(refusal(answer)).toEqual([400, "DIGEST_INVALID"]);
    expect((await c.send("HEAD", c.at(`blobs/${digest}`))).status).toBe(404);
  });
});

describe("Pushing a blob in chunks", () => {
  const bytes = randomBlob(3000);
  const digest = digestOf(bytes);
  const part = (from: number, to: number) => bytes.subarray(from, to);

  it("each chunk is 202 with the location and the range so far; PUT closes it, without a body", async () => {
    const location = await begin();
    for (const [from, to] of [
      [0, 1000],
      [1000, 2500],
      [2500, 3000],
    ] as const) {
      const { headers } = await must(202, chunk(location, part(from, to), `${from}-${to - 1}`));
      expect(headers).toMatchObject({ location, range: `0-${to - 1}` });
    }
    await isThere(close(location, digest), digest, bytes);
  });

  it("the last chunk may come with the PUT, and chunks may come without a range", async () => {
    const location = await begin();
    await must(202, chunk(location, part(0, 1700)));
    await isThere(close(location, digest, part(1700, 3000)), digest, bytes);
  });

  it("out of order, twice, with a gap or with a malformed range is 416, and GET says where to go on", async () => {
    const location = await begin();
    expect((await chunk(location, part(1000, 2000), "1000-1999")).status).toBe(416);
    await must(202, chunk(location, part(0, 1000), "0-999"));
    for (const [body, range] of [
      [part(0, 1000), "0-999"],
      [part(2000, 3000), "2000-2999"],
      [part(500, 1500), "500-1499"],
      [part(1000, 2000), "1000"],
      [part(1000, 2000), "a-b"],
      [part(1000, 2000), "1999-1000"],
    ] as const) {
      expect(refusal(await chunk(location, body, range)), range).toEqual([416, "BLOB_UPLOAD_INVALID"]);
    }
    const late = { body: part(2000, 3000), headers: { "content-range": "2000-2999" } };
    expect((await c.send("PUT", `${location}?digest=${digest}`, late)).status).toBe(416);
    const status = await must(204, c.send("GET", location));
    expect(status.headers).toMatchObject({ location, range: "0-999" });
    await must(202, chunk(location, part(1000, 3000), "1000-2999"));
    await isThere(close(location, digest), digest, bytes);
  });

  it("a range that contradicts the length is 400", async () => {
    const answer = await chunk(await begin(), part(0, 10), "0-19");
    expect(refusal(answer)).toEqual([400, "SIZE_INVALID"]);
  });

  it("an upload that is not there, or is closed, is 404", async () => {
    const location = await begin();
    await must(201, close(location, digest, bytes));
    const nowhere = uploads("00000000-0000-7000-8000-000000000000");
    for (const path of [location, nowhere, uploads("not-an-id")]) {
      expect(refusal(await c.send("GET", path)), path).toEqual([404, "BLOB_UPLOAD_UNKNOWN"]);
      expect(refusal(await chunk(path, part(0, 10)))).toEqual([404, "BLOB_UPLOAD_UNKNOWN"]);
      expect(refusal(await close(path, digest, bytes))).toEqual([404, "BLOB_UPLOAD_UNKNOWN"]);
      expect(refusal(await c.send("DELETE", path))).toEqual([404, "BLOB_UPLOAD_UNKNOWN"]);
    }
  });

  it("names no smallest chunk, or one that chunks of 5 MiB reach", async () => {
    const least = Number((await c.send("POST", uploads())).headers["oci-chunk-min-length"] ?? 0);
    expect(least).toBeLessThanOrEqual(5 * 1024 * 1024);
  });
});

describe("Cancel a blob upload", () => {
  it("DELETE is 204, and the session is unknown after it", async () => {
    const location = await begin();
    await must(202, chunk(location, randomBlob()));
    await must(204, c.send("DELETE", location));
    expect(refusal(await c.send("GET", location))).toEqual([404, "BLOB_UPLOAD_UNKNOWN"]);
  });
});

describe("Mounting a blob from another repository", () => {
  it("is 201 at the blob's address, also without `from`; what can't be mounted is 202 with a session", async () => {
    const bytes = randomBlob();
    const digest = await c.blob(bytes);
    const { name } = c.t.repository;
    for (const [into, query] of [
      ["one", `mount=${digest}&from=${name}`],
      ["two", `mount=${digest}`],
    ]) {
      const answer = await must(201, c.send("POST", `/v2/${name}/${into}/blobs/uploads/?${query}`));
      expect(answer.headers.location).toBe(`/v2/${name}/${into}/blobs/${digest}`);
      expect((await must(200, c.send("GET", String(answer.headers.location)))).body.equals(bytes)).toBe(true);
    }
    const missing = digestOf(randomBlob());
    const answer = await must(202, c.send("POST", uploads(`?mount=${missing}&from=${name}/one`)));
    await must(204, c.send("GET", String(answer.headers.location)));
  });
});
