import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyMigrations, db, type EmbeddedPostgres, pool, startEmbeddedPostgres } from "#lib/db/index.ts";
import { grantEntitlement } from "#lib/entitlements/index.ts";
import { setEnv } from "#lib/env.ts";
import { type Fixture, freshTenant, personalToken, pushImage } from "#lib/testing/index.ts";
import { rawRequest } from "../server/listen-for-test.ts";
import { type Running, startServer } from "./matrix/world.ts";

/** docs/adr/0011: the last answer by the old facts begins less than a second after the change was committed. */
const STALE_MS = 1000;
const READERS = 8;
/** How long is read before a change, so that the facts are kept, and after it. */
const BEFORE_MS = 1200;
const AFTER_MS = 2000;
const PAUSE_MS = 20;

let dir: string;
let postgres: EmbeddedPostgres;
let server: Running;

beforeAll(async () => {
  dir = await mkdtemp(path.resolve(".test/freshness-"));
  postgres = await startEmbeddedPostgres({ dir });
  await applyMigrations(postgres.url);
  setEnv({ DATABASE_URL: postgres.url });
  server = await startServer();
}, 60_000);
afterAll(async () => {
  await server?.stop();
  await postgres?.stop();
  await rm(dir, { recursive: true, force: true });
});

interface Subject {
  t: Fixture;
  /** Makes the change, in a process that is none of the server's. */
  change(): Promise<unknown>;
  /** Who pulls; the tenant's member unless it says so. */
  user?: { id: string; email: string };
  before?: number;
  after: number;
}

const RESTRICTED = { product: { requiresEntitlement: true } };

/** Each fact of a decision, as it stands and as it changes. */
const SUBJECTS: Record<string, () => Promise<Subject>> = {
  "a grant": async () => {
    const t = await freshTenant(RESTRICTED);
    return { t, before: 403, after: 200, change: () => granted(t) };
  },
  "a revoke": async () => {
    const t = await freshTenant(RESTRICTED);
    await granted(t);
    const revoked = { revokedAt: new Date(), revokedBy: "system" };
    const where = { memberId: t.member.id };
    return { t, after: 403, change: () => db().entitlement.updateMany({ where, data: revoked }) };
  },
  "a subscription": async () => {
    const t = await freshTenant();
    const where = { memberId: t.member.id };
    return { t, after: 403, change: () => db().subscription.updateMany({ where, data: { status: "canceled" } }) };
  },
  "a role": async () => {
    const t = await freshTenant(RESTRICTED);
    const user = t.users.readonly;
    return { t, user, after: 404, change: () => db().tenantMembership.deleteMany({ where: { userId: user.id } }) };
  },
  "a token": async () => {
    const t = await freshTenant();
    const where = { userId: t.member.userId };
    return { t, after: 401, change: () => db().accessToken.updateMany({ where, data: { revokedAt: new Date() } }) };
  },
  "a product": async () => {
    const t = await freshTenant();
    const data = { requiresEntitlement: true };
    return { t, after: 403, change: () => db().product.update({ where: { id: t.product.id }, data }) };
  },
  "a tenant": async () => {
    const t = await freshTenant();
    const data = { archivedAt: new Date() };
    return { t, after: 404, change: () => db().tenant.update({ where: { id: t.tenant.id }, data }) };
  },
};

function granted(t: Fixture) {
  return grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });
}

interface Answer {
  beganMs: number;
  status: number;
}

/** Reads by READERS, each request on a connection of its own so that any worker may take it, until `endMs()`. */
async function readAll(get: () => Promise<number>, endMs: () => number): Promise<Answer[]> {
  const answers: Answer[] = [];
  const reader = async () => {
    while (performance.now() < endMs()) {
      const beganMs = performance.now();
      answers.push({ beganMs, status: await get() });
      // Were this process busy, it would learn late that a change was committed.
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  return answers;
}

async function readerOf({ t, user }: Subject): Promise<() => Promise<number>> {
  await pushImage(t.ctx, t.repository, ["1.0"]);
  const { secret } = await personalToken(user ?? { id: t.member.userId, email: t.member.email });
  // The registry's own token, which outlives what it was given for.
  const basic = { authorization: `Basic ${Buffer.from(`token:${secret}`).toString("base64")}` };
  const scope = `repository:${t.repository.name}:pull`;
  const issued = await fetch(`${server.url}/auth/token?scope=${scope}`, { headers: basic });
  const { token } = (await issued.json()) as { token: string };
  const headers = { authorization: `Bearer ${token}`, connection: "close" };
  const port = Number(new URL(server.url).port);
  const call = { path: `/v2/${t.repository.name}/manifests/1.0`, headers };
  return async () => (await rawRequest(port, call)).status;
}

/** Reads around a change and what befalls the database with it. @returns answers, by when they began after the change */
async function around(
  subject: Subject,
  befall: (change: () => Promise<unknown>) => Promise<unknown>,
): Promise<Answer[]> {
  const get = await readerOf(subject);
  let endMs = Number.POSITIVE_INFINITY;
  const reading = readAll(get, () => endMs);
  let changedMs = 0;
  const change = async () => {
    await subject.change();
    changedMs = performance.now();
  };
  const changing = sleep(BEFORE_MS)
    .then(() => befall(change))
    .finally(() => {
      endMs = performance.now() + AFTER_MS;
    });
  const [answers] = await Promise.all([reading, changing]);
  return answers.map(({ beganMs, status }) => ({ beganMs: beganMs - changedMs, status }));
}

/** Whether the old facts were in use before the change, and what was answered to whatever began a second after it. */
function told(answers: Answer[], { before = 200 }: Subject) {
  const late = answers.filter(({ beganMs }) => beganMs >= STALE_MS).map(({ status }) => status);
  return {
    used: answers.some(({ beganMs, status }) => beganMs < 0 && status === before),
    // Where the database is away, some are told so; none is told what was.
    late: [...new Set(late)].filter((status) => status !== 503),
  };
}

/** Makes all changes at once, each with readers of its own. */
async function everyChange(befall: (change: () => Promise<unknown>) => Promise<void>): Promise<void> {
  const subjects = await Promise.all(Object.values(SUBJECTS).map((make) => make()));
  const changes: (() => Promise<unknown>)[] = [];
  let due: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    due = resolve;
  });
  // What befalls the database befalls all of them together.
  const together = async (change: () => Promise<unknown>) => {
    changes.push(change);
    if (changes.length === subjects.length) {
      await befall(() => Promise.all(changes.map((each) => each()))).finally(due);
    }
    await all;
  };
  const answers = await Promise.all(subjects.map((subject) => around(subject, together)));
  const named = (all: unknown[]) => Object.fromEntries(Object.keys(SUBJECTS).map((name, n) => [name, all[n]]));
  const results = subjects.map((subject, n) => told(answers[n] ?? [], subject));
  expect(named(results)).toEqual(named(subjects.map(({ after }) => ({ used: true, late: [after] }))));
}

const cutListeners = () =>
  pool().query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'purser-watch' AND datname = current_database()`);

/** Turns the triggers that tell of changes off, or on again. */
async function setTelling(on: boolean): Promise<void> {
  const { rows } = await pool().query<{ table: string; trigger: string }>(
    `SELECT tgrelid::regclass::text AS table, tgname AS trigger FROM pg_trigger WHERE tgname ~ '_tell(_end)?$'`,
  );
  if (rows.length < 10) throw new Error("the triggers have other names");
  for (const { table, trigger } of rows) {
    await pool().query(`ALTER TABLE ${table} ${on ? "ENABLE" : "DISABLE"} TRIGGER ${trigger}`);
  }
}

describe("the old facts are gone within a second, for 8 readers on 2 workers,", () => {
  it("after any change", async () => {
    await everyChange(async (change) => {
      await change();
    });
  });

  it("after any change of which the notification was lost", async () => {
    await everyChange(async (change) => {
      await setTelling(false);
      await change();
      await sleep(AFTER_MS);
      await setTelling(true);
    });
  });

  it("after any change at a time when the listening connections are cut", async () => {
    await everyChange(async (change) => {
      await cutListeners();
      await change();
      for (let times = 0; times < 5; times++) await sleep(100).then(cutListeners);
    });
  });

  it("after any change with which the database restarts", async () => {
    await everyChange(async (change) => {
      await change();
      await postgres.stop();
      postgres = await startEmbeddedPostgres({ dir });
      await sleep(STALE_MS);
    });
  });
});
