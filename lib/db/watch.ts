import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { env } from "../env.ts";
import { log } from "../log.ts";
import { processGlobal } from "../process-global.ts";

/** What was read may be used for this long, whatever else happens: half of it is left for the answer that uses it last. */
export const FRESH_MS = 800;
const BEAT_MS = 200;
/** How long a heartbeat that came back speaks for the connection. */
const HEALTHY_MS = 500;
const SILENT_MS = 2000;
const RECONNECT_MS = 250;
/** Nobody asked for so long: no heartbeats until somebody does. */
const IDLE_MS = 5000;

/** When something was read: nothing that was told later is in it. */
export interface Moment {
  count: number;
  atMs: number;
}

class Watch {
  /** Changes that were told so far. */
  #count = 0;
  /** What was read before it counts for nothing: changes may have been missed. */
  #floor = 0;
  readonly #changed = new Map<string, Moment>();
  #healthyUntilMs = 0;
  #askedAtMs = 0;
  #wake: () => void = () => undefined;

  /** The moment from which something read now can be kept; null while changes may be going past us. */
  now(): Moment | null {
    const atMs = performance.now();
    this.#askedAtMs = atMs;
    if (atMs < this.#healthyUntilMs) return { count: this.#count, atMs };
    this.#wake();
    return null;
  }

  /** Whether nothing of `keys` has changed since `then`, as far as can be known at `now`. */
  holds(then: Moment, now: Moment, keys: readonly string[]): boolean {
    if (now.atMs - then.atMs >= FRESH_MS || then.count < this.#floor) return false;
    if (this.#changed.size === 0 || then.count === this.#count) return true;
    return keys.every((key) => (this.#changed.get(key)?.count ?? 0) <= then.count);
  }

  note(key: string): void {
    const atMs = performance.now();
    this.#count++;
    this.#changed.delete(key);
    this.#changed.set(key, { count: this.#count, atMs });
    // In the order of time: what is older than anything that is still used need not be remembered.
    for (const [oldest, moment] of this.#changed) {
      if (atMs - moment.atMs < FRESH_MS) return;
      this.#changed.delete(oldest);
    }
  }

  /** A connection that listens anew: whatever was told before, or between two connections, may have been missed. */
  begin(): void {
    this.#floor = ++this.#count;
    this.#changed.clear();
  }

  healthy(sentAtMs: number): void {
    this.#healthyUntilMs = sentAtMs + HEALTHY_MS;
  }

  unhealthy(): void {
    this.#healthyUntilMs = 0;
  }

  /** Resolves when the next heartbeat is due: soon where somebody asks, else once somebody does, or at the end. */
  async due(stopping: AbortSignal): Promise<void> {
    if (performance.now() - this.#askedAtMs < IDLE_MS) return sleep(BEAT_MS);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      stopping.onabort = () => resolve();
    });
  }
}

/** What this process knows of changes. Without `startWatching` it knows nothing, and nothing is kept. */
export function watch(): Watch {
  mine ??= processGlobal("watch", () => new Watch());
  return mine;
}

let mine: Watch | undefined;

/**
 * Listens for changes of what decisions rest on (the triggers of migration tell_changes) on a connection of its own, and
 * asks it five times a second for a sign of life: a notification of our own that must come back. While none does, nothing
 * that was kept is used (docs/adr/0011). @returns a function that ends it
 */
export function startWatching(): () => Promise<void> {
  const stopping = new AbortController();
  const running = watchUntil(stopping.signal);
  return async () => {
    stopping.abort();
    await running;
  };
}

async function watchUntil(stopping: AbortSignal): Promise<void> {
  for (let said = false; !stopping.aborted; ) {
    const client = connection();
    const error = await listen(client, stopping).catch((reason: Error) => reason);
    watch().unhealthy();
    await ended(client);
    if (stopping.aborted) return;
    if (!said) log.warn({ error: String(error) }, "changes are not heard of: nothing is cached until they are");
    said = !(error instanceof Broken);
    await sleep(RECONNECT_MS);
  }
}

/** A connection that listened for a while. */
class Broken extends Error {}

// A connection that was cut somewhere on its way would be waited for until the system gives it up.
async function ended(client: pg.Client | undefined): Promise<void> {
  const end = client?.end().catch(() => undefined);
  await Promise.race([end, sleep(RECONNECT_MS)]);
}

function connection(): pg.Client {
  return new pg.Client({
    connectionString: env().DATABASE_URL,
    application_name: "purser-watch",
    connectionTimeoutMillis: SILENT_MS,
    query_timeout: SILENT_MS,
    keepAlive: true,
    // A heartbeat need not reach the disk.
    options: "-c synchronous_commit=off",
  });
}

/** Listens until the connection breaks, or to the end. @throws what broke it */
async function listen(client: pg.Client, stopping: AbortSignal): Promise<void> {
  const own = `purser_beat_${randomBytes(8).toString("hex")}`;
  const broken = new Promise<never>((_, reject) => {
    client.once("error", (cause) => reject(new Broken("the connection broke", { cause })));
    client.once("end", () => reject(new Broken("the connection ended")));
  });
  broken.catch(() => watch().unhealthy());
  await client.connect();
  client.on("notification", ({ channel, payload = "" }) => {
    if (channel === own) watch().healthy(Number(payload));
    else watch().note(payload);
  });
  await client.query(`LISTEN purser_changes; LISTEN ${own}`);
  watch().begin();
  await Promise.race([broken, beat(client, { own, stopping })]);
}

async function beat(client: pg.Client, { own, stopping }: { own: string; stopping: AbortSignal }): Promise<void> {
  while (!stopping.aborted) {
    // A connection that gives no answer breaks; one that answers and never notifies is never healthy.
    await client.query("SELECT pg_notify($1, $2)", [own, String(performance.now())]);
    await watch().due(stopping);
  }
}
