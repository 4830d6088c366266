import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { env } from "#lib/env.ts";
import { type Fixture, freshTenant, personalToken, publishAsset, type TestAsset } from "#lib/testing/index.ts";
import { callApi } from "./api.contract.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let token: { id: string; secret: string };
const files = {} as Record<string, TestAsset>;

const LINUX = { os: "linux", arch: "amd64" };
const ED = `${"A".repeat(86)}==`;

/** [version, channel, name of a file, its row's columns] */
const SHIPPED: [string, string, string, object][] = [
  ["1.0.0", "stable", "pro-1.0.0.tar.gz", LINUX],
  ["1.2.0", "stable", "pro-1.2.0.tar.gz", LINUX],
  ["1.2.0", "stable", "pro-1.2.0.deb", LINUX],
  ["1.2.0", "stable", "pro-1.2.0.dmg", { os: "macos", arch: "universal" }],
  ["1.2.0", "stable", "Pro <Setup> & 1.2.0.exe", { os: "windows", arch: "amd64" }],
  ["1.10.0", "stable", "pro-1.10.0.jar", { os: null, arch: null }],
  ["2.0.0-beta.1", "beta", "pro-2.0.0-beta.1.tar.gz", LINUX],
  ["2.0.0-beta.1", "beta", "pro-2.0.0-beta.1.zip", { os: "macos", arch: "arm64" }],
];

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  token = await personalToken({ id: t.member.userId, email: t.member.email });
  for (const [version, channel, filename, asset] of SHIPPED) {
    const known = await db().release.findFirst({ where: { productId: t.product.id, version } });
    const notes = `# ${version}\n\n<script>alert(1)</script> ]]> \u0007& more`;
    const into = known ? { releaseId: known.id } : { release: { version, channel, notes } };
    const file = await publishAsset(t, { product: t.product, filename, asset, ...into });
    const sha512 = createHash("sha512").update(file.bytes).digest("hex");
    if (!filename.endsWith(".deb")) await db().asset.update({ where: { id: file.id }, data: { sha512 } });
    files[filename] = file;
  }
  const signature = { asset: { signsId: files["pro-1.2.0.dmg"]?.id }, releaseId: files["pro-1.2.0.dmg"]?.releaseId };
  await publishAsset(t, { product: t.product, filename: "dmg.sig", bytes: Buffer.from(`${ED}\n`), ...signature });
  for (const status of ["yanked", "draft", "archived"] as const) {
    const version = { yanked: "3.0.0", draft: "3.1.0", archived: "3.2.0" }[status];
    const release = { version, yankReason: "eats files" };
    await publishAsset(t, { product: t.product, filename: `pro-${version}.tar.gz`, asset: LINUX, status, release });
  }
});
afterAll(() => plane.close());

const at = (path: string) =>
  `/v1/products/${t.product.slug}/${path}${path.includes("?") ? "&" : "?"}tenant=${t.tenant.slug}`;
const get = (path: string, headers: Record<string, string> = {}) =>
  callApi(plane.port, ["GET", at(path)], { secret: token.secret, headers });
const urlOf = (name: string) => `${env().PUBLIC_URL}/v1/downloads/${files[name]?.id}/${encodeURIComponent(name)}`;

describe("the newest file for a platform", () => {
  it("is redirected to, and got there", async () => {
    const { status, headers } = await get("latest/linux-x64/pro-*.tar.gz");
    // 1.10.0 has none of that name; what is withdrawn, a draft or archived is no newest.
    expect([status, headers.location]).toEqual([302, urlOf("pro-1.2.0.tar.gz")]);
    expect(headers["cache-control"]).toBe("private, no-store");
    const path = new URL(headers.location ?? "").pathname;
    const file = await callApi(plane.port, ["GET", path], { secret: token.secret });
    expect(file.body.equals(files["pro-1.2.0.tar.gz"]?.bytes as Buffer)).toBe(true);
  });

  it.each([
    ["latest/linux-amd64", "pro-1.10.0.jar"],
    ["latest/macos-arm64/*.dmg", "pro-1.2.0.dmg"],
    ["latest/linux-amd64?channel=beta", "pro-2.0.0-beta.1.tar.gz"],
    ["latest/linux/pro-1.0.0.tar.gz", "pro-1.0.0.tar.gz"],
    ["latest/windows-x64/Pro%20%3CSetup%3E*", "Pro <Setup> & 1.2.0.exe"],
  ])("at %s is %s", async (path, name) => {
    expect((await get(path)).headers.location).toBe(urlOf(name));
  });

  it("is found however many stars its name is asked with", async () => {
    const { status, headers } = await get(`latest/linux-amd64/${"*".repeat(190)}.deb`);
    expect([status, headers.location]).toEqual([302, urlOf("pro-1.2.0.deb")]);
  });

  it("is said to be several, and not to be there, in words that say what would be right", async () => {
    expect(await get("latest/linux-amd64/pro-1.2.0*")).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining("pro-1.2.0.deb, pro-1.2.0.tar.gz"), reason: "several_files" },
    });
    for (const path of [
      "latest/linux-amd64/%25",
      "latest/linux-amd64/_ro*",
      "latest/linux-amd64/%",
      "latest/beos-x64",
    ]) {
      expect((await get(path)).status, path).toBe(404);
    }
    expect((await get("latest/linux-amd64?channel=nightly")).status).toBe(404);
  });
});

describe("the question for updates", () => {
  it.each([
    ["updates?current=1.0.0&platform=linux-amd64", "1.10.0", false],
    ["updates?current=v1.10.0", null, false],
    ["updates?channel=beta&current=1.10.0", "2.0.0-beta.1", false],
    ["updates?channel=beta&current=2.0.0-beta.1", null, false],
    ["updates", "1.10.0", false],
    ["updates?current=3.0.0", null, true],
    ["updates?current=3.1.0", null, false],
    ["updates?current=0.0.1&platform=windows", "1.10.0", false],
  ])("%s is answered with %s, critical: %s", async (path, version, critical) => {
    const { json } = await get(path);
    expect([json.update?.version ?? null, json.critical]).toEqual([version, critical]);
  });

  it("is answered with the files for the platform, their hashes and signatures, the notes and why not to stay", async () => {
    await db().release.updateMany({ where: { productId: t.product.id, version: "1.10.0" }, data: { status: "draft" } });
    const { json } = await get("updates?current=1.0.0&platform=darwin-arm64");
    await db().release.updateMany({
      where: { productId: t.product.id, version: "1.10.0" },
      data: { status: "published" },
    });
    expect(json.update.files).toEqual([
      expect.objectContaining({ filename: "pro-1.2.0.dmg", url: urlOf("pro-1.2.0.dmg"), sha512: expect.any(String) }),
    ]);
    expect(json.update.files[0].signatures).toEqual([expect.stringMatching(/\/dmg\.sig$/)]);
    expect(json.update.notes).toContain("# 1.2.0");
    expect(json.current).toEqual({ version: "1.0.0", withdrawn: false, reason: null, recalled: null });
    expect((await get("updates?current=3.0.0")).json.current).toEqual({
      version: "3.0.0",
      withdrawn: true,
      reason: "eats files",
      recalled: null,
    });
    for (const bad of ["current=banana", "platform=beos", "current=1.0.0&x=1"]) {
      expect((await get(`updates?${bad}`)).status, bad).toBe(422);
    }
  });

  it.each(["updates?current=1.0.0", "appcast.xml", "latest.yml"])(
    "%s is answered 304 while nothing changed, without a row written",
    async (path) => {
      const first = await get(path);
      const before = await t.rows();
      const again = await get(path, { "if-none-match": String(first.headers.etag) });
      expect([first.status, again.status, again.body.length]).toEqual([200, 304, 0]);
      expect(again.headers.etag).toBe(first.headers.etag);
      expect(await t.rows()).toEqual(before);
      await db().release.updateMany({ where: { productId: t.product.id }, data: { notes: `changed ${path}` } });
      expect((await get(path, { "if-none-match": String(first.headers.etag) })).status).toBe(200);
    },
  );

  it("writes no count of calls, and is bounded nevertheless", async () => {
    const own = await personalToken({ id: t.member.userId, email: t.member.email });
    const ask = (path: string) => callApi(plane.port, ["GET", at(path)], { secret: own.secret });
    expect((await ask("updates")).headers.ratelimit).toMatch(/r=1199;/);
    expect((await ask("appcast.xml")).headers.ratelimit).toMatch(/r=1198;/);
    expect(await db().rateLimit.count({ where: { key: { contains: own.id } } })).toBe(0);
  });
});

describe("the feed that Sparkle reads", () => {
  it("has each version for macOS with its archive, its size and its signature, and nothing of it is markup", async () => {
    const { body, headers, status } = await get("appcast.xml?channel=beta");
    expect([status, headers["content-type"]]).toEqual([200, "application/rss+xml; charset=utf-8"]);
    const text = body.toString();
    const items = text.split("<item>").slice(1);
    expect(items.map((item) => /<sparkle:version>(.*?)</.exec(item)?.[1])).toEqual(["2.0.0-beta.1", "1.2.0"]);
    expect(items[0]).toContain("<sparkle:channel>beta</sparkle:channel>");
    const dmg = files["pro-1.2.0.dmg"] as TestAsset;
    expect(items[1]).toContain(
      `<enclosure url="${urlOf("pro-1.2.0.dmg")}" length="${dmg.bytes.length}" type="application/octet-stream" sparkle:edSignature="${ED}"/>`,
    );
    expect(items[1]).not.toContain("sparkle:channel>");
    for (const not of ["<script", "\u0007"]) expect(text).not.toContain(not);
    expect((await get("appcast.xml")).body.toString()).not.toContain("2.0.0-beta.1");
  });

  it("has what was made for macOS before what is for any system, and of several signatures the EdDSA one", async () => {
    const product = await t.addProduct();
    const add = (filename: string, more: Partial<Parameters<typeof publishAsset>[1]>) =>
      publishAsset(t, { product, filename, ...more });
    const { id, releaseId } = await add("pro.dmg", { asset: { os: "macos", arch: "universal" } });
    await add("documents.zip", { releaseId });
    await add("pro.dmg.asc", { releaseId, asset: { signsId: id } });
    await add("pro.dmg.sig", { releaseId, asset: { signsId: id }, bytes: Buffer.from(ED) });
    const path = `/v1/products/${product.slug}/appcast.xml?tenant=${t.tenant.slug}`;
    const text = (await callApi(plane.port, ["GET", path], { secret: token.secret })).body.toString();
    expect(/<enclosure url="[^"]*\/([^"]*)"/.exec(text)?.[1]).toBe("pro.dmg");
    expect(text).toContain(`sparkle:edSignature="${ED}"`);
  });
});

describe("the files that electron-updater reads", () => {
  const yaml = (text: string) => text.split("\n").map((line) => line.replace(/^ *-? */, ""));

  it.each([
    ["latest.yml", "1.2.0", ["Pro <Setup> & 1.2.0.exe"]],
    ["latest-mac.yml", "1.2.0", ["pro-1.2.0.dmg"]],
    ["beta-mac.yml", "2.0.0-beta.1", ["pro-2.0.0-beta.1.zip"]],
    ["beta-linux.yml?noCache=1f", "2.0.0-beta.1", ["pro-2.0.0-beta.1.tar.gz"]],
  ])("%s: %s", async (path, version, names) => {
    // For any system is the jar of 1.10.0, which no installer is.
    const { body, headers } = await get(path);
    expect(headers["content-type"]).toBe("application/yaml; charset=utf-8");
    const lines = yaml(body.toString());
    expect(lines[0]).toBe(`version: "${version}"`);
    for (const name of names) {
      const { bytes } = files[name] as TestAsset;
      expect(lines).toContain(`url: "${urlOf(name)}"`);
      expect(lines).toContain(`sha512: "${createHash("sha512").update(bytes).digest("base64")}"`);
      expect(lines).toContain(`size: ${bytes.length}`);
    }
    expect(lines.filter((line) => line.startsWith("url:"))).toHaveLength(names.length);
  });

  it("are read whole whatever stands in the notes", async () => {
    const notes = 'It says "\u007f\u0092\uffff\u2028: {no}\\"\n---\n# more';
    await db().release.updateMany({ where: { productId: t.product.id }, data: { notes } });
    const text = (await get("latest.yml")).body.toString();
    // What YAML calls printable (1.2, section 5.1), without which its readers refuse all of it.
    expect(text).toMatch(/^[\n\x20-\x7e\x85\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u);
    expect(JSON.parse(/^releaseNotes: (.*)$/m.exec(text)?.[1] ?? "")).toBe(notes);
  });

  it("are not there where nothing is for them", async () => {
    for (const path of ["LATEST.yml", "a_b.yml", "%2e.yml"]) expect((await get(path)).status, path).toBe(404);
    // Who follows a channel that has nothing, or nothing newer, follows stable.
    expect((await get("nightly-mac.yml")).status).toBe(200);
    const empty = await t.addProduct();
    const path = `/v1/products/${empty.slug}/latest.yml?tenant=${t.tenant.slug}`;
    expect((await callApi(plane.port, ["GET", path], { secret: token.secret })).status).toBe(404);
    expect((await rawRequest(plane.port, { path: at("latest.yml") })).status).toBe(401);
  });
});
