/** A refusal that was ordered. */
export interface Fault {
  status: 400 | 429 | 500 | 503;
  /** How many calls it hits; one, unless said. */
  times?: number;
  /** Which calls: all, unless said. */
  path?: RegExp;
}

/** An answer that is ready and kept back. */
export interface Hold {
  /** How many answers wait now. */
  readonly waiting: number;
  /** Fulfilled as soon as an answer waits. */
  readonly reached: Promise<void>;
  release(): void;
}

const WORDS = {
  400: "No such customer.",
  429: "Request rate limit exceeded. You can learn more about rate limits here https://docs.stripe.com/rate-limits.",
  500: "An unknown error occurred.",
  503: "Stripe is not available at the moment.",
};

const CODES: Partial<Record<number, string>> = { 400: "resource_missing", 429: "rate_limit" };

/** What goes wrong on demand: refusals, and answers that come late. */
export class Faults {
  #faults: { status: Fault["status"]; left: number; path?: RegExp }[] = [];
  readonly #holds = new Map<Hold, { path: RegExp; arrive: () => void; open: Promise<void>; release: () => void }>();

  add({ status, times = 1, path }: Fault): void {
    this.#faults.push({ status, left: times, path });
  }

  /**
   * Answers to such calls are made at once and sent only after `release`: what a reader learns is old by then.
   * The path is matched with its method: `GET /v1/subscriptions`.
   */
  hold(path: RegExp): Hold {
    const [reached, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let waiting = 0;
    const hold: Hold = {
      get waiting() {
        return waiting;
      },
      reached: reached.promise,
      release: () => {
        this.#holds.delete(hold);
        open.resolve();
      },
    };
    const arrive = () => {
      waiting++;
      reached.resolve();
    };
    this.#holds.set(hold, { path, arrive, open: open.promise, release: hold.release });
    return hold;
  }

  releaseAll(): void {
    for (const { release } of [...this.#holds.values()]) release();
  }

  /** The refusal that is due for a call, if any. */
  next(method: string, path: string): { status: number; body: object } | null {
    const fault = this.#faults.find((each) => each.left > 0 && (each.path?.test(`${method} ${path}`) ?? true));
    if (!fault) return null;
    fault.left--;
    this.#faults = this.#faults.filter(({ left }) => left > 0);
    const code = CODES[fault.status];
    const type = code ? "invalid_request_error" : "api_error";
    return { status: fault.status, body: { error: { type, code, message: WORDS[fault.status] } } };
  }

  /** Waits where answers to such a call are kept back. */
  async pass(method: string, path: string): Promise<void> {
    for (const { path: pattern, arrive, open } of [...this.#holds.values()]) {
      if (!pattern.test(`${method} ${path}`)) continue;
      arrive();
      await open;
    }
  }
}
