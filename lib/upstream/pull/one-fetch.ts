import { createHash } from "node:crypto";
import { alone, translated } from "#lib/db/index.ts";
import { AppError } from "../../errors.ts";
import { processGlobal } from "../../process-global.ts";
import { Slots } from "./slots.ts";

/** Each fetch holds a connection to the database for its lock. */
const AT_ONCE = { all: 16, each: 4, waiting: 1000 };

interface Fetches {
  underWay: Map<string, Promise<unknown>>;
  slots: Slots;
}

const fetches = () => processGlobal<Fetches>("fetches", () => ({ underWay: new Map(), slots: new Slots(AT_ONCE) }));

export interface Fetch<T> {
  /** What is fetched, of which repository. */
  key: string;
  registryId: string;
  /** What is kept already: asked before the fetch, and again once nobody else fetches. */
  kept(): Promise<T | null>;
  fetch(): Promise<T>;
}

/**
 * Fetches something once, however many ask for it at a time and in however many processes: who waits gets what was kept.
 * @throws unavailable where too many wait, or the database is away; what `kept` and `fetch` throw
 */
export function oneFetch<T>(wanted: Fetch<T>): Promise<T> {
  const { underWay } = fetches();
  const standing = underWay.get(wanted.key);
  if (standing) return standing as Promise<T>;
  const mine = keptOrFetched(wanted).finally(() => underWay.delete(wanted.key));
  underWay.set(wanted.key, mine);
  return mine;
}

async function keptOrFetched<T>({ key, registryId, kept, fetch }: Fetch<T>): Promise<T> {
  const standing = await kept();
  if (standing) return standing;
  const slots = fetches().slots;
  if (!slots.hasRoom(registryId)) throw tooMany();
  return slots.use(registryId, async () => {
    try {
      return await alone(lockOf(key), async () => (await kept()) ?? (await fetch()));
    } catch (error) {
      throw translated(error);
    }
  });
}

/** 52 bits: a number that is a key of PostgreSQL's advisory locks and exact in JavaScript. */
function lockOf(key: string): number {
  return Number.parseInt(createHash("sha256").update(`upstream ${key}`).digest("hex").slice(0, 13), 16);
}

function tooMany(): AppError {
  const words = "Too much is being fetched at this moment. Try again soon.";
  return new AppError("unavailable", words, { reason: "upstream_busy", retryAfterSeconds: 30 });
}
