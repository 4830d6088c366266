import { LruCache } from "../lru-cache.ts";
import { type Moment, watch } from "./watch.ts";

interface Kept<V> {
  value: V;
  readAt: Moment;
  restsOn: readonly string[];
}

/** What was read, and the keys of what it rests on (`tenant:<id>`, `user:<id>`, …); null where it can't be kept. */
export interface Reading<V> {
  value: V;
  restsOn: readonly string[] | null;
}

/**
 * Values read from the database, kept for a moment and only while nothing that they rest on has changed. Where changes
 * can't be heard of, each is read anew.
 */
export class FreshCache<V> {
  readonly #kept: LruCache<Kept<V>>;
  readonly #reading = new Map<string, { since: Moment; value: Promise<V> }>();

  /** @param entriesMax as many as are asked for in a second at most: what is older is not used anyway */
  constructor(entriesMax: number) {
    this.#kept = new LruCache(entriesMax);
  }

  /** The value under a key, at once where it is kept; else `read` from the database, once for all who ask meanwhile. */
  get(key: string, read: () => Promise<Reading<V>>): V | Promise<V> {
    const now = watch().now();
    if (!now) return read().then(({ value }) => value);
    const known = this.#kept.get(key);
    if (known && watch().holds(known.readAt, now, known.restsOn)) return known.value;
    const underWay = this.#reading.get(key);
    // Of what it will rest on nothing is known yet: any change at all is reason to ask again.
    if (underWay && underWay.since.count === now.count && watch().holds(underWay.since, now, [])) return underWay.value;
    return this.#read(key, now, read);
  }

  #read(key: string, now: Moment, read: () => Promise<Reading<V>>): Promise<V> {
    const value = read().then((reading) => {
      if (reading.restsOn) this.#kept.set(key, { value: reading.value, readAt: now, restsOn: reading.restsOn });
      return reading.value;
    });
    const mine = { since: now, value };
    this.#reading.set(key, mine);
    const done = () => {
      if (this.#reading.get(key) === mine) this.#reading.delete(key);
    };
    value.then(done, done);
    return value;
  }
}
