import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { env } from "#lib/env.ts";
import { type Fixture, freshTenant, IMAGE, personalToken, pushImage } from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let owner: Record<string, string>;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  await pushImage(t.ctx, t.repository);
  const scopes = ["registry.pull", "registry.push", "registry.delete"] as const;
  owner = { authorization: `Bearer ${(await personalToken(t.users.owner, [...scopes])).secret}` };
});
afterAll(() => plane.close());

const HOSTILE_PARTS = [
  "..",
  ".",
  "%2e%2e",
  "..%2f..%2f",
  "%2F",
  "a%00b",
  "A",
  "UPPER/case",
  "-a",
  "a-",
  "a--",
  "a__",
  "a___b",
  "a..b",
  "a._b",
  "a//b",
  "/a",
  "a/",
  "a b",
  "a%20b",
  "a;b",
  "a\\b",
  "é",
  "%C3%A9",
  "a".repeat(256),
  "a/".repeat(130),
  "_a",
  "a_",
  ".a",
  "a.",
  "sha256:x",
  "a:b",
  "a@b",
  "a?b#c",
  "a%0d%0aX-Evil:1",
  "../../etc/passwd",
  "con",
  "a%2Fb",
  "a&b",
  "$(id)",
  "'",
  '"',
  "<x>",
  "*",
  "a+b",
  "a=b",
  "a,b",
  "a|b",
  "~a",
  "`a`",
  "{a}",
  "[a]",
];
const HOSTILE_DIGESTS = [
  "sha256:",
  "sha256:abc",
  `sha256:${"g".repeat(64)}`,
  `sha256:${"A".repeat(64)}`,
  `sha256:${"a".repeat(63)}`,
  `sha256:${"a".repeat(65)}`,
  `sha512:${"a".repeat(64)}`,
  `md5:${"a".repeat(32)}`,
  "sha256:../../../../etc/passwd",
  `sha256%3a${"a".repeat(63)}.`,
  `sha256:${"a".repeat(64)}%00`,
  `sha256:${"a".repeat(32)}/${"a".repeat(31)}`,
  "sha256",
  ":",
  "%",
];

describe("threat row 16, path and digest confusion: hostile paths", () => {
  it("300 of them are 4xx, never 5xx, and leave no file outside the store's form", async () => {
    const paths = [
      ...HOSTILE_PARTS.flatMap((part) => [
        `/v2/${part}/manifests/latest`,
        `/v2/${t.tenant.slug}/${part}/manifests/latest`,
        `/v2/${t.repository.name}/manifests/${part}`,
        `/v2/${part}/blobs/uploads/`,
        `/v2/${part}/tags/list`,
        `/v2/${part}/referrers/sha256:${"a".repeat(64)}`,
      ]),
      ...HOSTILE_DIGESTS.flatMap((digest) => [
        `/v2/${t.repository.name}/blobs/${digest}`,
        `/v2/${t.repository.name}/manifests/${digest}`,
        `/v2/${t.repository.name}/referrers/${digest}`,
        `/v2/${t.repository.name}/blobs/uploads/${digest}`,
        `/v2/${t.repository.name}/blobs/uploads/?digest=${digest}`,
      ]),
    ].filter((hostile) => /^[\x21-\x7e]+$/.test(hostile));
    expect(paths.length).toBeGreaterThan(300);
    const store = () => readdir(path.join(env().DATA_DIR, "store"), { recursive: true });
    const before = new Set(await store());
    for (const hostile of paths) {
      const method = hostile.includes("/blobs/uploads/") && !/uploads\/[^?]/.test(hostile) ? "POST" : "GET";
      const { status, headers } = await rawRequest(plane.port, { method, path: hostile, headers: owner });
      expect(status, hostile).toBeGreaterThanOrEqual(400);
      expect(status, hostile).toBeLessThan(500);
      expect(headers["x-evil"]).toBeUndefined();
    }
    const added = (await store()).filter((file) => !before.has(file));
    expect(
      added.filter(
        (file) =>
          !/^(blobs(\/sha(256|512)(\/[0-9a-f]{2}(\/[0-9a-f]+(\.[0-9a-f-]{36})?)?)?)?|uploads(\/[0-9a-f-]{36})?)$/.test(
            file,
          ),
      ),
    ).toEqual([]);
  });

  it("of what is to be deleted or mounted are 4xx, or an ordinary upload", async () => {
    const { name } = t.repository;
    const before = await t.rows();
    for (const part of [...HOSTILE_PARTS, ...HOSTILE_DIGESTS].filter((hostile) => /^[\x21-\x7e]+$/.test(hostile))) {
      for (const target of [
        `/v2/${name}/manifests/${part}`,
        `/v2/${name}/blobs/${part}`,
        `/v2/${part}/blobs/${part}`,
      ]) {
        const { status } = await rawRequest(plane.port, { method: "DELETE", path: target, headers: owner });
        expect([400, 403, 404, 405], target).toContain(status);
      }
    }
    expect(await t.rows()).toEqual(before);
    for (const part of HOSTILE_PARTS) {
      const query = new URLSearchParams({ mount: `sha256:${"a".repeat(64)}`, from: part });
      const target = `/v2/${name}/blobs/uploads/?${query}`;
      const { status } = await rawRequest(plane.port, { method: "POST", path: target, headers: owner });
      expect(status, part).toBe(202);
    }
  });

  it("an unknown endpoint or method says so, to who is signed in", async () => {
    const call = (method: string, target: string, headers = owner) =>
      rawRequest(plane.port, { method, path: target, headers });
    expect((await call("GET", "/v2/nonsense")).status).toBe(404);
    expect((await call("POST", `/v2/${t.repository.name}/tags/list`)).status).toBe(405);
    expect((await call("POST", `/v2/${t.repository.name}/tags/list`, {})).status).toBe(401);
    expect((await call("OPTIONS", "/v2/")).status).toBe(405);
  });
});

describe("threat row 17, unbounded input", () => {
  const get = (target: string) => rawRequest(plane.port, { path: target, headers: owner });

  it("pages have a bound, and a size that is no whole number is 400", async () => {
    const { name } = t.repository;
    for (const list of [`/v2/${name}/tags/list`, `/v2/${name}/referrers/sha256:${"a".repeat(64)}`, "/v2/_catalog"]) {
      for (const n of ["999999999999", "999999999999999"]) {
        expect((await get(`${list}?n=${n}`)).status, `${list} ${n}`).toBe(200);
      }
      for (const n of ["-1", "abc", "1.5", "1e9", "0x10", "%00", "", "9".repeat(400)]) {
        expect((await get(`${list}?n=${n}`)).status, `${list} ${n}`).toBe(400);
      }
    }
    expect((await get(`/v2/${name}/tags/list?last=${"a".repeat(10_000)}`)).status).toBe(200);
  });

  it("a manifest beyond 4 MiB is 413, one nested 100,000 deep 400, and neither moves a tag", async () => {
    const put = (body: Buffer | string) =>
      rawRequest(plane.port, {
        method: "PUT",
        path: `/v2/${t.repository.name}/manifests/unbounded`,
        headers: { ...owner, "content-type": IMAGE },
        body,
      });
    const before = await t.rows();
    expect((await put(Buffer.alloc(4 * 1024 * 1024 + 1, " "))).status).toBe(413);
    for (const [open, close] of [
      ["[", "]"],
      ['{"annotations":', "}"],
    ] as const) {
      expect((await put(`${open.repeat(100_000)}1${close.repeat(100_000)}`)).status).toBe(400);
    }
    expect(await t.rows()).toEqual(before);
  });
});
