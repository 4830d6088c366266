import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../ids.ts";
import { FreshCache } from "./fresh-cache.ts";
import { pool } from "./pool.ts";
import { FRESH_MS, startWatching, watch } from "./watch.ts";

let stop: () => Promise<void>;

const until = async (holds: () => boolean) => {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 500) throw new Error("it never came to that");
    await sleep(10);
  }
};
const healthy = () => until(() => watch().now() !== null);
const tell = (key: string) => pool().query("SELECT pg_notify('purser_changes', $1)", [key]);
const cutListeners = () =>
  pool().query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'purser-watch' AND datname = current_database()`);

/** A cache of one value, which counts how often it was read. */
function counted(restsOn: string[] | null) {
  const cache = new FreshCache<number>(10);
  const counter = { reads: 0 };
  const get = async () => cache.get("it", async () => ({ value: ++counter.reads, restsOn }));
  return { get, counter };
}

/** On a busy machine a moment may pass between any two reads: that a value is kept shows in one of some pairs. */
async function isKept(get: () => Promise<number>, between: () => Promise<unknown> = async () => undefined) {
  for (let tries = 0; tries < 20; tries++) {
    await healthy();
    const first = await get();
    await between();
    if ((await get()) === first) return true;
  }
  return false;
}

beforeAll(async () => {
  stop = startWatching();
  await healthy();
});
afterAll(() => stop());

describe("what was read", () => {
  it("is kept while nothing that it rests on changes, and read anew once something does", async () => {
    const [mine, other] = [`user:${newId()}`, `user:${newId()}`];
    const { get } = counted([mine]);
    const heard = async (key: string) => {
      const before = watch().now()?.count ?? 0;
      await tell(key);
      await until(() => (watch().now()?.count ?? 0) > before);
    };
    expect(await isKept(get, () => heard(other))).toBe(true);
    const last = await get();
    await heard(mine);
    expect(await get()).toBe(last + 1);
  });

  it("is read once for all who ask meanwhile", async () => {
    const { get, counter } = counted([`user:${newId()}`]);
    await Promise.all(Array.from({ length: 20 }, get));
    expect(counter.reads).toBe(1);
  });

  it("is not kept when a change of it came while it was read", async () => {
    const key = `user:${newId()}`;
    const cache = new FreshCache<string>(10);
    const first = await cache.get("it", async () => {
      const before = watch().now()?.count ?? 0;
      await tell(key);
      await until(() => (watch().now()?.count ?? 0) > before);
      return { value: "old", restsOn: [key] };
    });
    expect(first).toBe("old");
    expect(await cache.get("it", async () => ({ value: "new", restsOn: [key] }))).toBe("new");
  });

  it("is not shared with who asks after a change that came while it was read", async () => {
    const key = `user:${newId()}`;
    const cache = new FreshCache<string>(10);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const early = cache.get("it", async () => {
      await held;
      return { value: "old", restsOn: [key] };
    });
    const before = watch().now()?.count ?? 0;
    await tell(key);
    await until(() => (watch().now()?.count ?? 0) > before);
    expect(await cache.get("it", async () => ({ value: "new", restsOn: [key] }))).toBe("new");
    release();
    expect(await early).toBe("old");
  });

  it("is read anew after a moment even where no change was ever told", async () => {
    const { get } = counted([`user:${newId()}`]);
    expect(await get()).toBe(1);
    await sleep(FRESH_MS + 50);
    await healthy();
    expect(await get()).toBe(2);
  });

  it("is never kept without knowing what it rests on, nor after a read that failed", async () => {
    const { get } = counted(null);
    expect([await get(), await get()]).toEqual([1, 2]);
    const cache = new FreshCache<string>(10);
    const failing = async () => cache.get("it", () => Promise.reject(new Error("away")));
    await expect(failing()).rejects.toThrow("away");
    expect(await cache.get("it", async () => ({ value: "there", restsOn: [] }))).toBe("there");
  });

  it("is not used while the connection that listens is cut, nor after it is back", async () => {
    const { get } = counted([`user:${newId()}`]);
    expect(await isKept(get)).toBe(true);
    const last = await get();
    await cutListeners();
    await until(() => watch().now() === null);
    expect(await get()).toBeGreaterThan(last);
    await healthy();
    expect(await get()).toBeGreaterThan(last + 1);
    expect(await isKept(get)).toBe(true);
  });
});
