import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyMigrations, type EmbeddedPostgres, startEmbeddedPostgres } from "#lib/db/index.ts";
import { setEnv } from "#lib/env.ts";
import { digestOf } from "#lib/storage/index.ts";
import { checkInvariants, type Fixture, freshTenant, IMAGE, imageOf, robotToken } from "#lib/testing/index.ts";
import { type Registry, startRegistry } from "./start-registry.ts";

const dir = path.resolve(`.test/postgres-restarted-${process.pid}`);
let database: EmbeddedPostgres;
let registry: Registry;
let t: Fixture;
let headers: Record<string, string>;

beforeAll(async () => {
  database = await startEmbeddedPostgres({ dir });
  setEnv({ DATABASE_URL: database.url });
  await applyMigrations(database.url);
  t = await freshTenant();
  const scopes = ["registry.pull", "registry.push", "registry.moveTag"] as const;
  headers = { authorization: `Bearer ${(await robotToken(t.ctx, [...scopes])).secret}` };
  registry = await startRegistry();
}, 120_000);
afterAll(async () => {
  await registry.stop();
  await database.stop();
  rmSync(dir, { recursive: true, force: true });
});

const at = (what: string) => `/v2/${t.repository.name}/${what}`;
const ask = (call: Parameters<Registry["ask"]>[0]) =>
  registry.ask({ ...call, headers: { ...headers, ...call.headers } });

/** A push of a small image, as a client that gives up at the first refusal. @returns each answer's status */
async function push(tag: string): Promise<number[]> {
  const [config, layer] = [Buffer.from(`{"tag":"${tag}"}`), randomBytes(50_000)];
  const statuses: number[] = [];
  for (const bytes of [config, layer]) {
    const digest = digestOf(bytes);
    const answer = await ask({ method: "POST", path: `${at("blobs/uploads/")}?digest=${digest}`, body: bytes });
    statuses.push(answer?.status ?? 0);
    if (answer?.status === 503) expect(answer.headers["retry-after"]).toBeDefined();
    if (answer?.status !== 201) return statuses;
  }
  const body = imageOf(config, [layer]);
  const manifest = { method: "PUT", path: at(`manifests/${tag}`), headers: { "content-type": IMAGE }, body };
  return [...statuses, (await ask(manifest))?.status ?? 0];
}

describe("a database that is away for seconds and comes back", () => {
  it("is 503 with when to try again, never 500, and all is served again within seconds, with nothing half", async () => {
    expect(await push("before")).toEqual([201, 201, 201]);
    const seen = new Set<number>();
    let over = false;
    const clients = Array.from({ length: 4 }, async (_, client) => {
      for (let n = 0; !over; n++) {
        for (const status of await push(`c${client}-${n}`)) seen.add(status);
        seen.add((await ask({ path: at("manifests/before"), headers: { accept: IMAGE } }))?.status ?? 0);
      }
    });
    await sleep(500);
    await database.stop();
    await sleep(2000);
    database = await startEmbeddedPostgres({ dir });
    const back = async () => (await ask({ path: at("manifests/before"), headers: { accept: IMAGE } }))?.status;
    await expect.poll(back, { timeout: 5000 }).toBe(200);
    over = true;
    await Promise.all(clients);

    expect([...seen].sort()).toEqual([200, 201, 503]);
    expect(await push("after")).toEqual([201, 201, 201]);
    expect(await checkInvariants()).toEqual([]);
  }, 90_000);
});
