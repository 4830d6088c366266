interface Limits {
  /** How many work at once: in all, and under one key. */
  all: number;
  each: number;
  /** How many may wait under one key. */
  waiting: number;
}

/** Lets so many work at once, in all and under one key, and the others wait in the order in which they came. */
export class Slots {
  readonly #limits: Limits;
  readonly #working = new Map<string, number>();
  readonly #waiting: { key: string; go: () => void }[] = [];
  #all = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Whether one more may wait under a key. */
  hasRoom(key: string): boolean {
    return this.#waiting.filter((one) => one.key === key).length < this.#limits.waiting;
  }

  async use<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.#isFree(key)) this.#take(key);
    else await new Promise<void>((go) => this.#waiting.push({ key, go }));
    try {
      return await work();
    } finally {
      this.#giveBack(key);
    }
  }

  #isFree(key: string): boolean {
    return this.#all < this.#limits.all && (this.#working.get(key) ?? 0) < this.#limits.each;
  }

  #take(key: string): void {
    this.#all++;
    this.#working.set(key, (this.#working.get(key) ?? 0) + 1);
  }

  #giveBack(key: string): void {
    this.#all--;
    const left = (this.#working.get(key) ?? 1) - 1;
    if (left > 0) this.#working.set(key, left);
    else this.#working.delete(key);
    const next = this.#waiting.findIndex((one) => this.#isFree(one.key));
    const [waiter] = next < 0 ? [] : this.#waiting.splice(next, 1);
    if (!waiter) return;
    this.#take(waiter.key);
    waiter.go();
  }
}
