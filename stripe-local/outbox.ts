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
const RETRY_MAX_MS = 60_000;
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
  readonly #origin: string | undefined;
  readonly #pending = new Map<string, Stripe.Event>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #underWay = new Set<Promise<unknown>>();
  #gathering = false;
  #stopped = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(account: Account, options: { mode: DeliveryMode; secret: () => string; origin?: string }) {
    this.#account = account;
    this.#secret = options.secret;
    this.#origin = options.origin;
    this.mode = options.mode;
    account.onEvent = (event) => this.#take(event);
  }

  /** What was not delivered yet, oldest first. */
  get pending(): Stripe.Event[] {
    return [...this.#pending.values()];
  }

  /** Takes up what waited when the stand-in last stopped. */
  restore(ids: string[]): void {
    for (const event of ids.map((id) => this.#account.tables.event.get(id))) if (event) this.#take(event);
  }

  /** Sends what waits. What is not answered with 2xx goes on waiting. @returns every attempt */
  async deliver(options: DeliverOptions = {}): Promise<Delivery[]> {
    const { only, times = 1, atOnce = 1 } = options;
    const picked = this.pending.filter((event) =>
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
    for (const { id } of picked) if (!failed.has(id)) this.#pending.delete(id);
    return done;
  }

  /** Sends one event to whoever wants it, once, whether it was delivered before or not. */
  async send(event: Stripe.Event, to?: Receiver): Promise<Delivery[]> {
    const body = JSON.stringify(event);
    if (to) return [await this.#post(event, { body, url: "http://receiver.test/", secret: this.#secret(), to })];
    const done: Delivery[] = [];
    for (const { id, url } of this.#endpointsFor(event)) {
      const secret = this.#account.secrets.get(id) ?? this.#secret();
      const place = this.#origin ? new URL(new URL(url).pathname, this.#origin).href : url;
      done.push(await this.#post(event, { body, url: place, secret, to: fetch }));
    }
    return done;
  }

  /** Whether any endpoint asks for such events. */
  isWanted(event: Stripe.Event): boolean {
    return this.#endpointsFor(event).length > 0;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#pending.clear();
  }

  /** Ends what is under way and starts nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
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
    if (this.mode !== "by-hand" && !this.isWanted(event)) return;
    this.#pending.set(event.id, event);
    if (this.mode === "shuffled") {
      this.#gather(GATHER_MS);
    } else if (this.mode !== "by-hand") {
      const times = this.mode === "doubled" ? 2 : 1;
      this.#later(this.mode === "late" ? LATE_MS : 0, () => this.#inTurn(event, times));
    }
  }

  /** Sends all that came meanwhile, in any order; what was refused goes with the next ones. */
  #gather(ms: number): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#later(ms, async () => {
      this.#gathering = false;
      await this.deliver({ order: "shuffled", atOnce: 2 });
      if (this.#pending.size > 0 && ms < RETRY_MAX_MS) this.#gather(ms * 2);
    });
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
    if (done.every(({ status }) => isFine(status))) {
      this.#pending.delete(event.id);
      return;
    }
    const wait = RETRY_MS[tries];
    if (wait !== undefined) this.#later(wait, () => this.#untilTaken(event, tries + 1));
  }

  #later(ms: number, what: () => Promise<unknown>): void {
    if (this.#stopped) return;
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
