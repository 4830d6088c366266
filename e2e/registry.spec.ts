import { execFile, execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type Browser, expect, test } from "playwright/test";
import { demoImage } from "../prisma/demo-image.ts";
import { at, demo, productNameOf, repositoryOf, rowOf, signedIn, toasted } from "./demo.ts";

const exec = promisify(execFile);
const host = new URL(demo.url).host;
const plain = demo.url.startsWith("http:");
const { entitled, unentitled } = demo.people;
const work = mkdtempSync(path.join(tmpdir(), "purser-skopeo-"));

test.skip(!hasSkopeo(), "skopeo is not installed");
test.afterAll(() => rmSync(work, { recursive: true, force: true }));

test("a robot pushes a multi-layer image, and an entitled member pulls it byte by byte", async () => {
  const tag = `journey-${Date.now()}`;
  const source = writeImageLayout("pushed");

  await push(source, `${repositoryOf(demo.images.restricted)}:${tag}`);
  const pulled = await pull(`${repositoryOf(demo.images.restricted)}:${tag}`, entitled.token);

  const sent = source.image;
  expect(readFileSync(path.join(pulled.folder, "manifest.json")).equals(sent.manifest)).toBe(true);
  for (const { digest, bytes } of sent.blobs) {
    expect(readFileSync(path.join(pulled.folder, digest.replace("sha256:", ""))).equals(bytes)).toBe(true);
  }
});

test("a member without the grant is told why, and who is not signed in is unauthorized", async () => {
  await expect(pull(demo.images.restricted, unentitled.token)).rejects.toThrow(
    /denied: Your membership does not include this product/,
  );
  await expect(pull(demo.images.restricted, null)).rejects.toThrow(/unauthorized/i);
  await expect(pull(demo.images.open, null)).rejects.toThrow(/unauthorized/i);
  await pull(demo.images.open, unentitled.token);
});

test("after a grant the next pull works, after a revoke the next request fails", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "owner");
  const product = await productNameOf(page, repositoryOf(demo.images.restricted));
  await page.goto(at(`/members?search=${encodeURIComponent(unentitled.email)}`));
  await page.getByRole("link", { name: `Entitlements of ${unentitled.email}` }).click();
  const dialog = page.getByRole("dialog");

  await page.getByRole("button", { name: `Grant ${product}`, exact: true }).click();
  await dialog.getByRole("button", { name: "Grant", exact: true }).click();
  await toasted(page, /Granted/);
  await pull(demo.images.restricted, unentitled.token);

  await page.getByRole("button", { name: `Revoke ${product} (given by hand)` }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await toasted(page, /Revoked/);
  await expect(pull(demo.images.restricted, unentitled.token)).rejects.toThrow(/denied/);
  await context.close();
});

test("restricting with keep-current-access locks nobody out", async ({ browser }) => {
  await pull(demo.images.open, unentitled.token);
  await flip(browser, "Restrict", /is now restricted/);
  await pull(demo.images.open, unentitled.token);
  await pull(demo.images.open, entitled.token);
  await flip(browser, "Open", /is now open/);
});

async function flip(browser: Browser, action: string, result: RegExp): Promise<void> {
  const { page, context } = await signedIn(browser, "owner");
  await page.goto(at("/products"));
  await rowOf(page, repositoryOf(demo.images.open)).getByRole("switch").click();
  await page.getByRole("dialog").getByRole("button", { name: action }).click();
  await toasted(page, result);
  await context.close();
}

function hasSkopeo(): boolean {
  try {
    execFileSync("skopeo", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** An OCI image layout (image-spec, "Image Layout") with three layers, one of them of some megabytes. */
function writeImageLayout(name: string) {
  const image = demoImage(name, [
    { "etc/os-release": "NAME=journey\n" },
    { "opt/data.hex": randomBytes(3_000_000).toString("hex") },
    { "opt/config.json": `{"n":"${randomBytes(8).toString("hex")}"}` },
  ]);
  const folder = path.join(work, name);
  const blobs = path.join(folder, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  const digest = createHash("sha256").update(image.manifest).digest("hex");
  for (const blob of image.blobs) writeFileSync(path.join(blobs, blob.digest.replace("sha256:", "")), blob.bytes);
  writeFileSync(path.join(blobs, digest), image.manifest);
  writeFileSync(path.join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  const entry = { mediaType: image.mediaType, digest: `sha256:${digest}`, size: image.manifest.length };
  writeFileSync(path.join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  return { folder, image };
}

async function push({ folder }: { folder: string }, image: string): Promise<void> {
  const { name, token } = demo.robot;
  const insecure = plain ? ["--dest-tls-verify=false"] : [];
  await skopeo(["copy", ...insecure, "--dest-creds", `${name}:${token}`, `oci:${folder}`, `docker://${host}/${image}`]);
}

async function pull(image: string, token: string | null): Promise<{ folder: string }> {
  const folder = path.join(work, `pull-${readdirSync(work).length}-${Date.now()}`);
  const insecure = plain ? ["--src-tls-verify=false"] : [];
  const creds = token ? ["--src-creds", `token:${token}`] : ["--src-no-creds"];
  await skopeo(["copy", ...insecure, ...creds, `docker://${host}/${image}`, `dir:${folder}`]);
  expect(existsSync(path.join(folder, "manifest.json"))).toBe(true);
  return { folder };
}

async function skopeo(args: readonly string[]): Promise<void> {
  try {
    // A policy of its own: a machine without /etc/containers has none.
    await exec("skopeo", ["--insecure-policy", ...args]);
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr ?? String(error));
  }
}
