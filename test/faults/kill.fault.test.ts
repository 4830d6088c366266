import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import {
  checkInvariants,
  type Fixture,
  freshTenant,
  IMAGE,
  imageOf,
  pushBlob,
  robotToken,
} from "#lib/testing/index.ts";
import { type Registry, startRegistry } from "./start-registry.ts";

let t: Fixture;
let headers: Record<string, string>;
let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
  t = await freshTenant();
  headers = {
    authorization: `Bearer ${(await robotToken(t.ctx, ["registry.pull", "registry.push", "registry.moveTag"])).secret}`,
  };
});
afterAll(async () => {
  await registry.stop();
  expect(await checkInvariants()).toEqual([]);
});

const at = (path: string) => `/v2/${t.repository.name}/${path}`;
const begin = async () =>
  String((await registry.ask({ method: "POST", path: at("blobs/uploads/"), headers }))?.headers.location);
const put = (location: string, bytes: Buffer, rest = bytes) =>
  registry.ask({ method: "PUT", path: `${location}?digest=${digestOf(bytes)}`, headers, body: rest });
const blob = (bytes: Buffer) => registry.ask({ path: at(`blobs/${digestOf(bytes)}`), headers });

/** Another process, after the first one is dead; its claims are over. */
async function again(): Promise<void> {
  await registry.ended;
  registry = await startRegistry();
  await db().upload.updateMany({ data: { leasedUntil: new Date(0) } });
}

async function offsetOf(location: string): Promise<number> {
  const id = location.split("/").at(-1) ?? "";
  return Number((await db().upload.findUniqueOrThrow({ where: { id } })).offset);
}

const BEFORE_THE_ROWS = [
  "upload claimed",
  "upload fsync",
  "upload durable",
  "blob linked",
  "blob fsync",
  "blob sealed",
  "blob rows written",
];

describe("a server that is killed at", () => {
  for (const step of BEFORE_THE_ROWS) {
    it(`"${step}" of an upload's end shows nothing of it, and the upload goes on from what it tells`, async () => {
      const bytes = randomBytes(400_000);
      const location = await begin();
      const first = await registry.ask({ method: "PATCH", path: location, headers, body: bytes.subarray(0, 100_000) });
      expect(first?.status).toBe(202);
      await registry.arm({ step, does: "kill" });
      expect(await put(location, bytes, bytes.subarray(100_000))).toBeNull();

      await again();
      expect((await blob(bytes))?.status).toBe(404);
      expect(await checkInvariants()).toEqual([]);
      const reached = await offsetOf(location);
      expect(reached).toBeGreaterThanOrEqual(100_000);
      expect((await put(location, bytes, bytes.subarray(reached)))?.status).toBe(201);
      expect((await blob(bytes))?.body.equals(bytes)).toBe(true);
    });
  }

  it('"blob rows committed" has pushed the blob', async () => {
    const bytes = randomBytes(400_000);
    const location = await begin();
    await registry.arm({ step: "blob rows committed", does: "kill" });
    expect(await put(location, bytes)).toBeNull();
    await again();
    expect((await blob(bytes))?.body.equals(bytes)).toBe(true);
    expect((await put(location, bytes))?.status).toBe(404);
  });

  for (const [step, there] of [
    ["manifest written", false],
    ["manifest committed", true],
  ] as const) {
    it(`"${step}" has ${there ? "pushed the manifest, its tag and its record" : "pushed nothing of them"}`, async () => {
      const [config, layer] = [Buffer.from(`{"n":"${step}"}`), randomBytes(100)];
      for (const bytes of [config, layer]) await pushBlob(t.ctx, t.repository, bytes);
      const bytes = imageOf(config, [layer]);
      const path = at(`manifests/${step.replace(" ", "-")}`);
      const pushing = { method: "PUT", path, headers: { ...headers, "content-type": IMAGE }, body: bytes };
      const before = await t.auditCount();
      await registry.arm({ step, does: "kill" });
      expect(await registry.ask(pushing)).toBeNull();

      await again();
      expect((await registry.ask({ path, headers: { ...headers, accept: IMAGE } }))?.status).toBe(there ? 200 : 404);
      await expect.poll(() => t.auditCount()).toBe(before + (there ? 1 : 0));
      expect(await checkInvariants()).toEqual([]);
      expect((await registry.ask(pushing))?.status).toBe(201);
    });
  }
});
