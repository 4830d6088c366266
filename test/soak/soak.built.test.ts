import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { requestRun } from "#lib/cleanup/index.ts";
import { db, pool, transaction } from "#lib/db/index.ts";
import { grantEntitlement, restrictProduct, revokeEntitlement } from "#lib/entitlements/index.ts";
import { setEnv } from "#lib/env.ts";
import { runSoon, stopJobs } from "#lib/jobs/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import { checkInvariants, type Fixture, freshTenant, personalToken, robotToken, swept } from "#lib/testing/index.ts";
import { startServer } from "../matrix/world.ts";
import { counted, deleter, isOver, puller, pusher, type Soak } from "./actors.ts";
import { Registry } from "./registry.ts";

// Vitest hands its own variables on as import.meta.env: `npm run soak` sets this one.
const SECONDS = Number(Object(import.meta.env).SOAK_SECONDS ?? 20);
const GRACE_MS = 6000;
// A new worker needs some seconds on a busy machine: most of the time all should serve.
const KILL_EVERY_MS = SECONDS < 60 ? 9000 : 20_000;
const SCOPES = ["registry.pull", "registry.push", "registry.moveTag", "registry.delete"] as const;

afterAll(stopJobs);

/** threats.md, 22, and the fault table: all at once, and everything read again at the end. */
it(
  "pushes, pulls, deletions, clean-ups and dying workers leave every invariant whole",
  async () => {
    setEnv({ CLEANUP_GRACE_HOURS: String(GRACE_MS / 3_600_000), UPLOAD_IDLE_DAYS: "0.001" });
    const server = await startServer();
    const tenants = [await freshTenant(), await freshTenant()];
    const soak = newSoak();
    await Promise.all([...(await everybody(soak, tenants, server.url)), sweeper(soak), killer(soak, server.pid)]);
    await server.stop();
    await stopJobs();
    process.stdout.write(`soak of ${SECONDS} s: ${JSON.stringify(soak.counts)}\n`);
    const ids = tenants.map(({ tenant }) => tenant.id);
    soak.violations.push(...(await checkInvariants(ids)), ...(await lostPushes(soak)));
    // With nobody pushing, nothing stays that is not referred to, and all that is stays whole.
    await swept({ graceMs: 0, orphanGraceMs: -1000, uploadIdleMs: 0 });
    soak.violations.push(...(await checkInvariants(ids)), ...(await leftovers()));
    expect(soak.violations).toEqual([]);
    for (const what of ["pushes", "pulls", "manifests deleted", "clean-ups", "workers killed"]) {
      expect(soak.counts[what], what).toBeGreaterThan(0);
    }
  },
  (SECONDS + 120) * 1000,
);

function newSoak(): Soak {
  const until = Date.now() + SECONDS * 1000;
  return { until, graceMs: GRACE_MS, counts: {}, violations: [], pool: [], pushed: new Set(), deleted: new Set() };
}

async function everybody(soak: Soak, tenants: Fixture[], url: string): Promise<Promise<void>[]> {
  const onFault = (what: string) => void soak.violations.push(what);
  const perTenant = tenants.map(async (t) => {
    const { secret: token } = await robotToken(t.ctx, [...SCOPES]);
    const names = [t.repository.name, `${t.repository.name}/side`];
    const registries = names.map((name) => new Registry({ url, name, token, onFault }));
    const { secret } = await personalToken({ id: t.member.userId, email: t.member.email });
    const customer = new Registry({ url, name: t.repository.name, token: secret, onFault });
    return [
      ...registries.flatMap((registry) => [pusher(soak, registry), deleter(soak, registry)]),
      ...registries.slice(0, 1).map((registry) => puller(soak, registry)),
      customersOf(soak, t, customer),
    ];
  });
  return (await Promise.all(perTenant)).flat();
}

/** Restricts the product, grants and revokes it, while its customer pulls. */
async function customersOf(soak: Soak, t: Fixture, customer: Registry): Promise<void> {
  const [productId, memberId] = [t.product.id, t.member.id];
  await restrictProduct(t.ctx, { productId, requiresEntitlement: true, keepAccess: false });
  while (!isOver(soak)) {
    const { grant } = await grantEntitlement(t.ctx, { memberId, productId });
    const granted = await customer.send("GET", "manifests/t0");
    await revokeEntitlement(t.ctx, { entitlementId: grant.id, reason: "soak" });
    await sleep(1000);
    const refused = await customer.send("GET", "manifests/t0");
    if (granted.status === 200) counted(soak, "pulls of customers");
    if (refused.status !== 403) soak.violations.push(`a revoked customer was answered ${refused.status}`);
  }
}

/** Has a worker clean up, and cleans up beside it. */
async function sweeper(soak: Soak): Promise<void> {
  while (!isOver(soak)) {
    await transaction((tx) => requestRun(tx, { type: "system" }, { dry: false }));
    await runSoon("clean-up");
    await swept({ graceMs: GRACE_MS, orphanGraceMs: 60_000, uploadIdleMs: 90_000 });
    counted(soak, "clean-ups");
    await sleep(1000);
  }
}

/** Kills a worker now and then, as a machine that has no memory left does. */
async function killer(soak: Soak, server: number): Promise<void> {
  await sleep(3000);
  while (!isOver(soak)) {
    const workers = execFileSync("ps", ["-o", "pid=", "--ppid", String(server)], { encoding: "utf8" })
      .trim()
      .split(/\s+/);
    const victim = Number(workers[randomInt(workers.length)]);
    if (victim > 0) process.kill(victim, "SIGKILL");
    counted(soak, "workers killed");
    await sleep(Math.min(KILL_EVERY_MS, Math.max(0, soak.until - Date.now())));
  }
}

async function lostPushes({ pushed, deleted }: Soak): Promise<string[]> {
  const kept = [...pushed].filter((one) => !deleted.has(one));
  const { rows } = await pool().query<{ one: string }>(
    "SELECT r.name || '@' || m.digest AS one FROM manifests m JOIN repositories r ON r.id = m.repository_id",
  );
  const there = new Set(rows.map(({ one }) => one));
  return kept.filter((one) => !there.has(one)).map((one) => `${one} was answered 201 and is not there`);
}

async function leftovers(): Promise<string[]> {
  const known = new Set(
    (await db().blob.findMany({ select: { storageKey: true } })).map(({ storageKey }) => storageKey),
  );
  const left: string[] = [];
  for await (const { storageKey } of blobStore().listKeys()) if (!known.has(storageKey)) left.push(storageKey);
  return left.map((key) => `${key} is in the store and nobody knows of it`);
}
