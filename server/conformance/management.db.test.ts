import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "#lib/storage/index.ts";
import { freshTenant, INDEX, personalToken, pushImage, randomBlob } from "#lib/testing/index.ts";
import { type Client, descriptorOf, jsonOf, must, newClient, refusal } from "./client.ts";

let c: Client;
beforeAll(async () => {
  c = await newClient();
});
afterAll(() => c.close());

const get = (rest: string) => c.send("GET", c.at(rest));
const remove = (rest: string) => c.send("DELETE", c.at(rest));

describe("Deleting tags", () => {
  it("is 202; the tag is 404 then, and its manifest is there by digest", async () => {
    const { digest } = await c.image("tag");
    await must(202, remove("manifests/tag"));
    expect(refusal(await get("manifests/tag"))).toEqual([404, "MANIFEST_UNKNOWN"]);
    await must(200, get(`manifests/${digest}`));
    expect(refusal(await remove("manifests/tag"))).toEqual([404, "MANIFEST_UNKNOWN"]);
  });
});

describe("Deleting Manifests", () => {
  it("is 202; it and every tag that pointed to it are 404 then", async () => {
    const { bytes, digest } = await c.image("one");
    await must(201, c.put("two", bytes));
    await must(202, remove(`manifests/${digest}`));
    for (const reference of ["one", "two", digest]) {
      expect(refusal(await get(`manifests/${reference}`))).toEqual([404, "MANIFEST_UNKNOWN"]);
    }
    expect(jsonOf(await get("tags/list")).tags).not.toContain("one");
    expect(refusal(await remove(`manifests/${digest}`))).toEqual([404, "MANIFEST_UNKNOWN"]);
  });

  it("of a repository that is not there is 404", async () => {
    const path = `/v2/${c.t.repository.name}/none/manifests/${digestOf(randomBlob())}`;
    expect(refusal(await c.send("DELETE", path))).toEqual([404, "NAME_UNKNOWN"]);
  });

  it("that an index refers to is refused with 409, until the index is deleted", async () => {
    const child = await c.image();
    const manifests = [descriptorOf(child.bytes)];
    await must(201, c.put("index", { schemaVersion: 2, mediaType: INDEX, manifests }, INDEX));
    expect(refusal(await remove(`manifests/${child.digest}`))).toEqual([409, "DENIED"]);
    await must(202, remove(`manifests/${(await get("manifests/index")).headers["docker-content-digest"]}`));
    await must(202, remove(`manifests/${child.digest}`));
  });
});

describe("Deleting Blobs", () => {
  it("is 202 and then 404; of what is not there, 404; of what a manifest refers to, 409", async () => {
    const digest = await c.blob(randomBlob());
    await must(202, remove(`blobs/${digest}`));
    expect(refusal(await get(`blobs/${digest}`))).toEqual([404, "BLOB_UNKNOWN"]);
    expect(refusal(await remove(`blobs/${digest}`))).toEqual([404, "BLOB_UNKNOWN"]);
    const { layer } = await c.image("kept");
    expect(refusal(await remove(`blobs/${digestOf(layer)}`))).toEqual([409, "DENIED"]);
  });
});

describe("Error Codes", () => {
  it("4xx bodies have the form, and a code of the specification's list", async () => {
    const codes = new Set<string>();
    for (const [method, path] of [
      ["GET", c.at("manifests/none")],
      ["GET", c.at("manifests/-")],
      ["GET", c.at("tags/list?n=x")],
      ["GET", c.at("blobs/sha256:x")],
      ["GET", c.at(`blobs/${digestOf(randomBlob())}`)],
      ["GET", "/v2/UPPER/case/tags/list"],
      ["GET", "/v2/none/none/tags/list"],
      ["GET", "/v2/nonsense"],
      ["POST", c.at("tags/list")],
      ["GET", c.at("blobs/uploads/none")],
      ["PUT", c.at("manifests/x")],
    ] as const) {
      const answer = await c.send(method, path);
      expect(answer.status, path).toBeGreaterThanOrEqual(400);
      expect(answer.headers["content-type"]).toBe("application/json");
      for (const { code, message } of jsonOf(answer).errors) {
        expect([path, LIST.has(code), typeof message]).toEqual([path, true, "string"]);
        codes.add(code);
      }
    }
    expect(codes.size).toBeGreaterThan(6);
  });

  it("a repository's name that breaks the grammar is NAME_INVALID", async () => {
    for (const name of ["a/B", "a/b_", "a//b", "a/.b", "a/b...c", `a/${"b".repeat(255)}`]) {
      expect(refusal(await c.send("GET", `/v2/${name}/tags/list`)), name).toEqual([400, "NAME_INVALID"]);
    }
  });
});

const LIST = new Set([
  "BLOB_UNKNOWN",
  "BLOB_UPLOAD_INVALID",
  "BLOB_UPLOAD_UNKNOWN",
  "DIGEST_INVALID",
  "MANIFEST_BLOB_UNKNOWN",
  "MANIFEST_INVALID",
  "MANIFEST_UNKNOWN",
  "NAME_INVALID",
  "NAME_UNKNOWN",
  "SIZE_INVALID",
  "UNAUTHORIZED",
  "DENIED",
  "UNSUPPORTED",
  "TOOMANYREQUESTS",
]);

describe("Warnings", () => {
  it('is `299 - "…"` of less than 4096 bytes, without a date, on whatever a member in the days of grace pulls', async () => {
    const t = await freshTenant({ subscription: { status: "past_due", pastDueSince: new Date() } });
    const { digest, layer } = await pushImage(t.ctx, t.repository);
    const { secret } = await personalToken({ id: t.member.userId, email: t.member.email });
    for (const rest of [`manifests/${digest}`, `blobs/${layer}`, `referrers/${digest}`]) {
      const headers = { authorization: `Bearer ${secret}` };
      const { warning } = (await must(200, c.send("GET", `/v2/${t.repository.name}/${rest}`, { headers }))).headers;
      expect(warning).toMatch(/^299 - "membership past due, access ends \d{4}-\d\d-\d\d"$/);
    }
    expect((await c.send("GET", "/v2/")).headers.warning).toBeUndefined();
  });
});
