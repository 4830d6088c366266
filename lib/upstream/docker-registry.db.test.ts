import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseRepositoryName } from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import { performRuns } from "#lib/runs/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { checkInvariants, type Fixture, freshTenant, IMAGE, imageOf, randomBlob } from "#lib/testing/index.ts";
import { setEnv } from "../env.ts";
import { freePort } from "../free-port.ts";
import {
  addRegistry,
  checkUpstream,
  connectRepository,
  importUpstream,
  inventoryUpstream,
  mirrorBlob,
  mirrorManifest,
  startImport,
} from "./index.ts";

const USER = { username: "ana", password: "correct horse" };
const there = (command: string) => {
  try {
    execFileSync("which", [command], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** Debian's docker-registry (CNCF distribution): another's code, where it is installed. */
describe.skipIf(!there("docker-registry") || !there("htpasswd"))("a real registry", () => {
  const dir = mkdtempSync(path.join(tmpdir(), "upstream-"));
  let registry: ChildProcess;
  let url = "";
  let t: Fixture;
  const authorization = `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString("base64")}`;

  beforeAll(async () => {
    setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
    const htpasswd = path.join(dir, "htpasswd");
    writeFileSync(htpasswd, execFileSync("htpasswd", ["-nbB", USER.username, USER.password]));
    const address = `127.0.0.1:${await freePort()}`;
    url = `http://${address}`;
    const config = {
      version: 0.1,
      log: { level: "error", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: path.join(dir, "store") } },
      http: { addr: address },
      auth: { htpasswd: { realm: "test", path: htpasswd } },
    };
    writeFileSync(path.join(dir, "config.yml"), JSON.stringify(config));
    registry = spawn("docker-registry", ["serve", path.join(dir, "config.yml")], { stdio: "ignore" });
    await vi.waitUntil(answers, { timeout: 20_000, interval: 100 });
  });
  afterAll(async () => {
    registry.kill();
    await once(registry, "exit");
    rmSync(dir, { recursive: true });
  });
  beforeEach(async () => {
    t = await freshTenant();
  });

  const answers = () =>
    fetch(`${url}/v2/`).then(
      ({ status }) => status === 401,
      () => false,
    );

  async function put(address: string, body: Buffer, type: string): Promise<void> {
    const headers = { authorization, "content-type": type };
    const { status } = await fetch(address, { method: "PUT", headers, body: new Uint8Array(body) });
    expect(status).toBe(201);
  }

  /** Pushes an image as a client does. @returns its manifest's and its layer's digests */
  async function push(tag: string) {
    const [config, layer] = [randomBlob(300), randomBlob(300_000)];
    for (const blob of [config, layer]) {
      const begun = await fetch(`${url}/v2/team/app/blobs/uploads/`, { method: "POST", headers: { authorization } });
      const upload = new URL(begun.headers.get("location") ?? "", url);
      upload.searchParams.set("digest", digestOf(blob));
      await put(upload.href, blob, "application/octet-stream");
    }
    const bytes = imageOf(config, [layer]);
    await put(`${url}/v2/team/app/manifests/${tag}`, bytes, IMAGE);
    return { digest: digestOf(bytes), layer: digestOf(layer) };
  }

  it("is added, checked and compared, pulled through and imported", async () => {
    const [first, second] = [await push("1.0"), await push("2.0")];
    const { id: registryId } = await addRegistry(t.ctx, { name: "Debian's", url, ...USER });
    const asked = { repository: t.repository.name, registryId, path: "team/app" };
    const { id: upstreamId, repositoryId } = await connectRepository(t.ctx, asked);
    expect((await checkUpstream(t.ctx, registryId)).filter(({ state }) => state === "failed")).toEqual([]);
    expect((await inventoryUpstream(t.ctx, registryId)).map(({ change }) => change)).toEqual(["new", "new"]);
    const repository = parseRepositoryName(t.repository.name);
    if (!repository) throw new Error("no name");
    const mirror = { tenant: t.tenant, requestId: "r", repository, repositoryId, upstreamId };
    expect((await mirrorManifest(mirror, "1.0", null)).manifest?.digest).toBe(first.digest);
    expect((await mirrorBlob(mirror, first.layer))?.size).toBe(300_000);
    await startImport(t.ctx, { repositoryId });
    await performRuns({ runs: [importUpstream], signal: new AbortController().signal });
    const tags = await db().tag.findMany({ where: { repositoryId }, orderBy: { name: "asc" } });
    expect(tags.map(({ name, digest }) => [name, digest])).toEqual([
      ["1.0", first.digest],
      ["2.0", second.digest],
    ]);
    expect(await inventoryUpstream(t.ctx, registryId)).toEqual([]);
    expect(await checkInvariants([t.tenant.id])).toEqual([]);
  });

  it("is not added with a wrong password, nor without one for what it hides", async () => {
    const wrong = { name: "Debian's", url, username: "ana", password: "wrong" };
    await expect(addRegistry(t.ctx, wrong)).rejects.toMatchObject({ code: "invalid" });
    const { id: registryId } = await addRegistry(t.ctx, { name: "Debian's", url });
    const asked = { repository: t.repository.name, registryId, path: "team/app" };
    await expect(connectRepository(t.ctx, asked)).rejects.toMatchObject({ code: "invalid" });
  });
});
