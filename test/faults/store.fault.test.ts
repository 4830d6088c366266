import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { checkInvariants, type Fixture, freshTenant, robotToken } from "#lib/testing/index.ts";
import { openFiles, type Registry, startRegistry } from "./start-registry.ts";

const MIB = 1024 * 1024;
let t: Fixture;
let headers: Record<string, string>;

beforeAll(async () => {
  t = await freshTenant();
  headers = { authorization: `Bearer ${(await robotToken(t.ctx, ["registry.pull", "registry.push"])).secret}` };
});

const at = (path: string) => `/v2/${t.repository.name}/${path}`;

function client(registry: () => Registry) {
  const ask = (call: Parameters<Registry["ask"]>[0]) =>
    registry().ask({ ...call, headers: { ...headers, ...call.headers } });
  const begin = async () => String((await ask({ method: "POST", path: at("blobs/uploads/") }))?.headers.location);
  const put = (location: string, bytes: Buffer, rest = bytes) =>
    ask({ method: "PUT", path: `${location}?digest=${digestOf(bytes)}`, body: rest });
  const blob = (bytes: Buffer, more: Record<string, string> = {}) =>
    ask({ path: at(`blobs/${digestOf(bytes)}`), headers: more });
  return { ask, begin, put, blob };
}

async function offsetOf(location: string): Promise<number> {
  const id = location.split("/").at(-1) ?? "";
  return Number((await db().upload.findUniqueOrThrow({ where: { id } })).offset);
}

describe("a disk that fails", () => {
  let registry: Registry;
  const { begin, put, blob } = client(() => registry);
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.stop());

  for (const step of ["upload fsync", "blob fsync"]) {
    it(`at "${step}" is 503 with when to try again; nothing is visible, and the upload goes on`, async () => {
      const bytes = randomBytes(300_000);
      const location = await begin();
      await registry.arm({ step, does: "EIO" });
      const failed = await put(location, bytes);
      expect([failed?.status, failed?.headers["retry-after"]]).toEqual([503, "5"]);
      expect((await blob(bytes))?.status).toBe(404);
      const reached = await offsetOf(location);
      expect((await put(location, bytes, bytes.subarray(reached)))?.status).toBe(201);
      expect((await blob(bytes))?.body.equals(bytes)).toBe(true);
      expect(await checkInvariants()).toEqual([]);
    });
  }
});

function canMount(): boolean {
  const dir = path.resolve(`.test/full-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", dir], { stdio: "ignore" });
    execFileSync("umount", [dir]);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canMount())("a full disk (needs the right to mount one)", () => {
  const dir = path.resolve(`.test/full-${process.pid}`);
  let registry: Registry;
  const { begin, put, blob } = client(() => registry);
  beforeAll(async () => {
    mkdirSync(dir, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", dir]);
    registry = await startRegistry({ env: { DATA_DIR: dir } });
  });
  afterAll(async () => {
    await registry.stop();
    await db().repositoryBlob.deleteMany({ where: { tenantId: t.tenant.id } });
    await db().blob.deleteMany({ where: { repositories: { none: {} }, assets: { none: {} } } });
    await db().upload.deleteMany({ where: { tenantId: t.tenant.id } });
    execFileSync("umount", [dir]);
    rmSync(dir, { recursive: true });
  });

  it("is told as that, keeps nothing half, serves what it has, and takes pushes again once there is room", async () => {
    const kept = randomBytes(2 * MIB);
    expect((await put(await begin(), kept))?.status).toBe(201);
    const large = randomBytes(12 * MIB);
    const location = await begin();
    const full = await put(location, large);
    expect([full?.status, full?.headers["retry-after"]]).toEqual([503, "60"]);
    expect(full?.body.toString()).toContain("The registry's store is full.");
    expect((await blob(large))?.status).toBe(404);
    expect((await blob(kept))?.body.equals(kept)).toBe(true);

    execFileSync("mount", ["-o", "remount,size=64m", dir]);
    expect((await put(location, large, large.subarray(await offsetOf(location))))?.status).toBe(201);
    expect((await blob(large))?.body.equals(large)).toBe(true);
    expect(readdirSync(path.join(dir, "store", "uploads"))).toEqual([]);
  });
});

describe("file descriptors", () => {
  const blobs = [randomBytes(200_000), randomBytes(2 * MIB)];
  let registry: Registry;
  const { ask, begin, put, blob } = client(() => registry);
  afterAll(() => registry.stop());

  it("are given back, over a thousand requests: whole, in part, broken off, refused, pushed", async () => {
    registry = await startRegistry();
    for (const bytes of blobs) expect((await put(await begin(), bytes))?.status).toBe(201);
    await round(5);
    const before = openFiles(registry.pid);
    for (let n = 0; n < 10; n++) await round(10);
    await expect.poll(() => openFiles(registry.pid), { timeout: 10_000 }).toBeLessThanOrEqual(before + 5);
  }, 120_000);

  it("may be few: a rush that takes them all does no lasting harm", async () => {
    await registry.stop();
    registry = await startRegistry({ files: 64 });
    const [bytes = Buffer.alloc(0)] = blobs;
    expect((await blob(bytes))?.status).toBe(200);
    const stalled = await Promise.all(Array.from({ length: 80 }, () => stall(bytes)));
    for (const socket of stalled) socket.destroy();
    await expect.poll(async () => (await blob(bytes))?.status ?? 0, { timeout: 10_000 }).toBe(200);
    expect((await put(await begin(), randomBytes(1000)))?.status).toBe(201);
  });

  /** Ten requests for each of `times`. */
  async function round(times: number): Promise<void> {
    const [small = Buffer.alloc(0), large = Buffer.alloc(0)] = blobs;
    const head = { method: "HEAD", path: at(`blobs/${digestOf(large)}`) };
    for (let n = 0; n < times; n++) {
      const [whole, part, beyond] = await Promise.all([
        blob(small),
        blob(large, { range: "bytes=5-99999" }),
        blob(small, { range: "bytes=9999999-" }),
        blob(large, { "if-none-match": `"${digestOf(large)}"` }),
        ask(head),
        breakOff(large),
        breakOff(large),
        put(`${at("blobs/uploads/")}none`, small),
        ask({ path: at(`blobs/${digestOf(randomBytes(2))}`) }),
        put(await begin(), randomBytes(300_000)),
      ]);
      expect([whole?.status, part?.status, beyond?.status]).toEqual([200, 206, 416]);
    }
  }

  const request = (bytes: Buffer) =>
    `GET ${at(`blobs/${digestOf(bytes)}`)} HTTP/1.1\r\nhost: x\r\nauthorization: ${headers.authorization}\r\n\r\n`;

  /** Reads the beginning of a blob and goes away. */
  function breakOff(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(registry.port, "127.0.0.1", () => socket.write(request(bytes)));
      socket.once("data", () => socket.destroy());
      socket.on("error", () => undefined);
      socket.once("close", () => resolve());
    });
  }

  /** Asks for a blob and takes nothing of it. */
  function stall(bytes: Buffer): Promise<ReturnType<typeof connect>> {
    return new Promise((resolve) => {
      const socket = connect(registry.port, "127.0.0.1", () => socket.write(request(bytes), () => resolve(socket)));
      socket.on("error", () => resolve(socket));
      socket.pause();
    });
  }
});
