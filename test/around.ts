import { setTimeout as sleep } from "node:timers/promises";
import { rawRequest } from "../server/listen-for-test.ts";
import type { Somebody, withWorld } from "./matrix/world.ts";

/**
 * threats.md, 9: what was revoked is refused, whichever worker takes the request: by pages from the next one on, by the API and
 * the registry, which keep facts for a moment, within a second (docs/adr/0011).
 */
const READERS = 8;
const AFTERWARDS = 40;
const KEPT_MS = 1000;

export const kept = { keptMs: KEPT_MS };

export type Read = () => Promise<number>;

/** What can be read of the world's first tenant, each time on a connection of its own, so that any worker may take it. */
export function asks(here: ReturnType<typeof withWorld>) {
  const get = (path: string, headers: Record<string, string>) => async () =>
    (await rawRequest(Number(new URL(here().server.url).port), { path, headers })).status;
  const fixture = () => here().world.a.fixture;
  return {
    page: (who: Somebody): Read => get(`/t/${fixture().tenant.slug}/products`, { cookie: who.cookie }),
    api: (secret: string): Read =>
      get(`/v1/products?tenant=${fixture().tenant.slug}`, { authorization: `Bearer ${secret}` }),
    pull: (bearer: string): Read =>
      get(`/v2/${fixture().repository.name}/manifests/1.0`, { authorization: `Bearer ${bearer}` }),
    /** The registry's own bearer token, which outlives what it was given for. */
    async bearerFor(secret: string): Promise<string> {
      const basic = Buffer.from(`token:${secret}`).toString("base64");
      const scope = `repository:${fixture().repository.name}:pull`;
      const answer = await fetch(`${here().server.url}/auth/token?scope=${scope}`, {
        headers: { authorization: `Basic ${basic}` },
      });
      return ((await answer.json()) as { token: string }).token;
    },
  };
}

interface Seen {
  before: Set<number>;
  after: Set<number>;
}

/**
 * Reads without a pause, revokes in the middle, and tells what requests answered that ended before it began, and that began
 * after it ended, or `keptMs` later where facts may be kept for so long.
 */
export async function around(reads: Read[], revoke: () => Promise<unknown>, { keptMs = 0 } = {}): Promise<Seen> {
  const seen: Seen = { before: new Set(), after: new Set() };
  let when: "before" | "during" | "between" | "after" = "before";
  let left = AFTERWARDS;
  const reader = async (read: Read) => {
    while (left > 0) {
      const began = when;
      // Wrong tokens are counted: none is sent while it may be either.
      if (began === "between") {
        await sleep(10);
        continue;
      }
      if (began === "after") left--;
      const status = await read();
      // What went on while it was revoked may be either, too.
      if (began === when && began !== "during") seen[began].add(status);
    }
  };
  const readers = Array.from({ length: READERS }, (_, n) => reader(reads[n % reads.length] as Read));
  while (seen.before.size === 0) await new Promise((resolve) => setImmediate(resolve));
  when = "during";
  await revoke();
  when = "between";
  await sleep(keptMs);
  when = "after";
  await Promise.all(readers);
  return seen;
}
