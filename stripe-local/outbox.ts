import Stripe from "stripe";
import type { Account } from "./account.ts";

/** When events go out: by hand, or by themselves in one of the ways that Stripe may choose too. */
export type DeliveryMode = "by-hand" | "at-once" | "late" | "doubled" | "shuffled";

/** One attempt to deliver an event. */
export interface Delivery {
  event: string;
  type: string;
  url: string;
  /** The receiver's answer; 0 where there was none. */
  status: number;
  answer: string;
  at: number;
}

export type Receiver = (request: Request) => Promise<Response>;

export interface DeliverOptions {
  order?: "as-sent" | "reversed" | "shuffled";
  /** How often each of them arrives. */
  times?: number;
  /** How many are under way at a time. */
  atOnce?: number;
  /** These types, or what the function picks; the others stay for another time. */
  only?: string[] | ((event: Stripe.Event) => boolean);
  /** Takes them in the place of the account's endpoints: the route's own function, without a server. */
  to?: Receiver;
  /** In [0, 1), for an order that can be repeated. */
  random?: () => number;
}

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000];
const LATE_MS = 4000;
const GATHER_MS = 1500;
const LOG_MAX = 1000;
const ANSWER_MAX = 500;
const TIMEOUT_MS = 10_000;

/** Where an account's events wait, and the way they go: at least once, until the receiver says 2xx. */
export class Outbox {
  /** Newest last. */
  readonly log: Delivery[] = [];
  mode: DeliveryMode;
  readonly #account: Account;
  readonly #secret: () => string;
  #pending: Stripe.Event[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #underWay = new Set<Promise<unknown>>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(account: Account, options: { mode: DeliveryMode; secret: () => string }) {
    this.#account = account;
    this.#secret = options.secret;
    this.mode = options.mode;
    account.onEvent = (event) => this.#take(event);
  }

  /** What was not delivered yet, oldest first. */
  get pending(): readonly Stripe.Event[] {
    return this.#pending;
  }

  /** Sends what waits. What is not answered with 2xx goes on waiting. @returns every attempt */
  async deliver(options: DeliverOptions = {}): Promise<Delivery[]> {
    const { only, times = 1, atOnce = 1 } = options;
    const picked = this.#pending.filter((event) =>
      Array.isArray(only) ? only.includes(event.type) : (only?.(event) ?? true),
    );
    const sent = ordered(
      picked.flatMap((event) => Array<Stripe.Event>(times).fill(event)),
      options,
    );
    const done: Delivery[] = [];
    const next = sent.values();
    const work = async () => {
      for (const event of next) done.push(...(await this.send(event, options.to)));
    };
    await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work));
    const failed = new Set(done.filter(({ status }) => !isFine(status)).map(({ event }) => event));
    const gone = new Set(picked.filter(({ id }) => !failed.has(id)));
    this.#pending = this.#pending.filter((event) => !gone.has(event));
    return done;
  }

  /** Sends one event to whoever wants it, once, whether it was delivered before or not. */
  async send(event: Stripe.Event, to?: Receiver): Promise<Delivery[]> {
    const body = JSON.stringify(event);
    if (to) return [await this.#post(event, { body, url: "http://receiver.test/", secret: this.#secret(), to })];
    const done: Delivery[] = [];
    for (const { id, url } of this.#endpointsFor(event)) {
      const secret = this.#account.secrets.get(id) ?? this.#secret();
      done.push(await this.#post(event, { body, url, secret, to: fetch }));
    }
    return done;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#pending = [];
  }

  /** Ends what is under way and starts nothing more. */
  async stop(): Promise<void> {
    this.mode = "by-hand";
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.allSettled(this.#underWay);
  }

  #endpointsFor({ type }: Stripe.Event): Stripe.WebhookEndpoint[] {
    return this.#account.tables.webhook_endpoint
      .all()
      .filter(
        ({ status, enabled_events: wanted }) => status === "enabled" && (wanted.includes("*") || wanted.includes(type)),
      );
  }

  #take(event: Stripe.Event): void {
    if (this.mode === "by-hand") this.#pending.push(event);
    else if (this.mode === "shuffled") {
      this.#pending.push(event);
      this.#later(GATHER_MS, () => this.deliver({ order: "shuffled", atOnce: 2 }));
    } else {
      const times = this.mode === "doubled" ? 2 : 1;
      this.#later(this.mode === "late" ? LATE_MS : 0, () => this.#inTurn(event, times));
    }
  }

  #inTurn(event: Stripe.Event, times: number): Promise<unknown> {
    this.#queue = this.#queue.then(async () => {
      for (let time = 0; time < times; time++) await this.#untilTaken(event, 0);
    });
    return this.#queue;
  }

  /** Tries once, and plans the next attempt where that failed; the others don't wait for it. */
  async #untilTaken(event: Stripe.Event, tries: number): Promise<void> {
    const done = await this.send(event);
    if (done.every(({ status }) => isFine(status))) return;
    const wait = RETRY_MS[tries];
    if (wait !== undefined) this.#later(wait, () => this.#untilTaken(event, tries + 1));
  }

  #later(ms: number, what: () => Promise<unknown>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const work = what().finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
    }, ms);
    this.#timers.add(timer);
    timer.unref();
  }

  async #post(
    event: Stripe.Event,
    { body, url, secret, to }: { body: string; url: string; secret: string; to: Receiver },
  ): Promise<Delivery> {
    const request = new Request(url, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json; charset=utf-8",
        "stripe-signature": signatureOf(body, secret),
        "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await to(request).then(
      async (response) => ({ status: response.status, answer: (await response.text()).slice(0, ANSWER_MAX) }),
      (error: Error) => ({
        status: 0,
        answer: `${error.message} ${(error.cause as Error | undefined)?.message ?? ""}`.trim(),
      }),
    );
    const delivery = { event: event.id, type: event.type, url, ...answer, at: Date.now() };
    this.log.push(delivery);
    if (this.log.length > LOG_MAX) this.log.shift();
    return delivery;
  }
}

/** The header that Stripe sends with a body; `timestamp` in seconds since 1970. */
export function signatureOf(body: string, secret: string, timestamp = Math.floor(Date.now() / 1000)): string {
  return Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
}

function isFine(status: number): boolean {
  return status >= 200 && status < 300;
}

function ordered(events: Stripe.Event[], { order, random = Math.random }: DeliverOptions): Stripe.Event[] {
  if (order === "reversed") return events.reverse();
  if (order !== "shuffled") return events;
  for (let at = events.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [events[at], events[other]] = [events[other] as Stripe.Event, events[at] as Stripe.Event];
  }
  return events;
}
