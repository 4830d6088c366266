import { PgBoss } from "pg-boss";
import { afterEach, describe, expect, it } from "vitest";
import { pool, schemaDifference } from "#lib/db/index.ts";
import { env } from "../env.ts";
import { openWorker, type Worker } from "./boss.ts";
import { JOBS, type Job } from "./jobs.ts";

const NEVER = "0 0 1 1 *";
const opened: Worker[] = [];
let names = 0;

afterEach(async () => {
  await Promise.all(opened.splice(0).map((worker) => worker.stop()));
});

async function open(jobs: Record<string, Job>): Promise<Worker> {
  const worker = await openWorker(jobs);
  opened.push(worker);
  return worker;
}

/** A job of its own that tells when it runs. */
function newJob(run: Job["run"]): { name: string; jobs: Record<string, Job> } {
  names++;
  const name = `test-${names}-${Date.now()}`;
  return { name, jobs: { [name]: { cron: NEVER, pollSeconds: 0.5, run } } };
}

function gate(): { opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}

/** A job that a worker took an hour ago; no sign of it since. */
async function takenByTheDead(name: string): Promise<void> {
  const boss = new PgBoss({ db: { executeSql: (text, values) => pool().query(text, values) }, supervise: false });
  await boss.start();
  await boss.send(name);
  expect(await boss.fetch(name)).toHaveLength(1);
  await pool().query("UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE name = $1", [name]);
  await pool().query("UPDATE pgboss.queue SET monitor_on = NULL, monitor_claim_on = NULL WHERE name = $1", [name]);
  await boss.supervise(name);
  // What the next look at the queue, 15 s later, would find out.
  await pool().query("UPDATE pgboss.queue SET singletons_active = NULL WHERE name = $1", [name]);
  await boss.stop({ graceful: false });
}

describe("background work", () => {
  it("begins in many workers at once, in a schema of its own that no migration knows of", async () => {
    await pool().query("DROP SCHEMA IF EXISTS pgboss CASCADE");
    const { jobs } = newJob(async () => undefined);
    await Promise.all(Array.from({ length: 4 }, () => open(jobs)));
    expect(await schemaDifference(env().DATABASE_URL)).toBe("");
  });

  it("is done by one worker at a time, and once more for all who asked meanwhile", async () => {
    const [begun, release, again] = [gate(), gate(), gate()];
    let [runs, at, most] = [0, 0, 0];
    const { name, jobs } = newJob(async () => {
      at++;
      runs++;
      most = Math.max(most, at);
      begun.open();
      if (runs === 2) again.open();
      await release.opened;
      at--;
    });
    const workers = await Promise.all([open(jobs), open(jobs), open(jobs)]);
    await workers[0]?.runSoon(name);
    await begun.opened;
    for (const worker of [...workers, ...workers]) await worker.runSoon(name);
    release.open();
    await again.opened;
    await Promise.all(opened.splice(0).map((worker) => worker.stop()));
    expect([runs, most]).toEqual([2, 1]);
  });

  it("goes on in another worker when the one that has it stops", async () => {
    const begun = gate();
    const first = newJob(async ({ signal }) => {
      begun.open();
      await new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    });
    const stopped = await openWorker(first.jobs);
    await stopped.runSoon(first.name);
    await begun.opened;
    const done = gate();
    await open({ [first.name]: { cron: NEVER, pollSeconds: 0.5, run: async () => done.open() } });
    await stopped.stop();
    await done.opened;
  });

  it("goes on in another worker when the one that has it is never heard of again", async () => {
    const done = gate();
    const { name, jobs } = newJob(async () => done.open());
    await (await openWorker(jobs)).stop();
    await takenByTheDead(name);
    await open(jobs);
    await done.opened;
  });

  it("has a schedule for each job, in UTC, and makes up for what was missed", async () => {
    await open(JOBS);
    const { rows } = await pool().query<{ name: string; cron: string; timezone: string }>(
      "SELECT name, cron, timezone FROM pgboss.schedule WHERE name = ANY($1)",
      [Object.keys(JOBS)],
    );
    expect(Object.fromEntries(rows.map(({ name, cron }) => [name, cron]))).toEqual(
      Object.fromEntries(Object.entries(JOBS).map(([name, { cron }]) => [name, cron])),
    );
    expect(new Set(rows.map(({ timezone }) => timezone))).toEqual(new Set(["UTC"]));
  });
});
