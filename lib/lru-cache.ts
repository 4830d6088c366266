interface Entry<V> {
  value: V;
  weight: number;
  /** Used since it was last passed over. */
  used: boolean;
}

/**
 * A map that forgets what was not used for long, once its entries weigh more than `weightMax` in sum. What was used gets a
 * second chance when its turn comes (the clock algorithm), so that a look-up moves nothing.
 */
export class LruCache<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #weightMax: number;
  readonly #onDrop: ((value: V) => void) | undefined;
  #weight = 0;

  /** `onDrop` is told of each value that is replaced, deleted or forgotten. */
  constructor(weightMax: number, onDrop?: (value: V) => void) {
    this.#weightMax = weightMax;
    this.#onDrop = onDrop;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.used = true;
    return entry.value;
  }

  set(key: string, value: V, weight = 1): void {
    this.delete(key);
    this.#entries.set(key, { value, weight, used: false });
    this.#weight += weight;
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight <= this.#weightMax) return;
      if (entry.used) this.#passOver(oldest, entry);
      else this.delete(oldest);
    }
  }

  delete(key: string): void {
    const value = this.take(key);
    if (value !== undefined) this.#onDrop?.(value);
  }

  /** Takes a value out, to be the caller's own. */
  take(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
    return entry.value;
  }

  #passOver(key: string, entry: Entry<V>): void {
    entry.used = false;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }
}
