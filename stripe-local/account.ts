import { randomBytes } from "node:crypto";
import type Stripe from "stripe";
import { missing } from "./failures.ts";
import { Table } from "./table.ts";

/** What an account keeps, by the name that Stripe gives to the kind of object. */
export interface Kinds {
  customer: Stripe.Customer;
  product: Stripe.Product;
  price: Stripe.Price;
  subscription: Stripe.Subscription;
  invoice: Stripe.Invoice;
  invoice_payment: Stripe.InvoicePayment;
  payment_intent: Stripe.PaymentIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  "checkout.session": Stripe.Checkout.Session;
  "billing_portal.session": Stripe.BillingPortal.Session;
  "billing_portal.configuration": Stripe.BillingPortal.Configuration;
  webhook_endpoint: Stripe.WebhookEndpoint;
  event: Stripe.Event;
}
export type Kind = keyof Kinds;

const PREFIXES: Record<Kind, string> = {
  customer: "cus_",
  product: "prod_",
  price: "price_",
  subscription: "sub_",
  invoice: "in_",
  invoice_payment: "inpay_",
  payment_intent: "pi_",
  charge: "ch_",
  refund: "re_",
  dispute: "du_",
  "checkout.session": "cs_test_",
  "billing_portal.session": "bps_",
  "billing_portal.configuration": "bpc_",
  webhook_endpoint: "we_",
  event: "evt_",
};
// Whom an object belongs to, where that is not its customer.
const OWNERS: Partial<Record<Kind, string>> = { invoice_payment: "invoice", refund: "charge", dispute: "charge" };
const KINDS = Object.keys(PREFIXES) as Kind[];
const API_VERSION = "2026-10-28.endive";

/** "all", or what a restricted key may do: `rak_customer_read`, `rak_subscription_write` … Who may write may read. */
export type Permissions = "all" | ReadonlySet<string>;

/** How a customer's card behaves when it is charged next. */
export type Card = "pays" | "declines";

/** What a checkout page sells, and what it makes once it is paid. */
export interface CheckoutPlan {
  lines: Stripe.LineItem[];
  subscriptionData?: { metadata?: Stripe.Metadata; trialDays?: number };
  paymentData?: { metadata?: Stripe.Metadata; description?: string };
}

/** How an account is kept in a file. */
export interface SavedAccount {
  id: string;
  name: string;
  keys: [string, "all" | string[]][];
  clockOffset: number;
  cards: [string, Card][];
  checkouts: [string, CheckoutPlan][];
  secrets: [string, string][];
  deleted: string[];
  rows: { [K in Kind]?: Kinds[K][] };
}

/** One Stripe account: its objects, its keys, its clock. Knows nothing of HTTP. */
export class Account {
  readonly id: string;
  readonly name: string;
  readonly keys = new Map<string, Permissions>();
  readonly cards = new Map<string, Card>();
  /** What a checkout session sells and makes; the session shows the lines only where it is asked to. */
  readonly checkouts = new Map<string, CheckoutPlan>();
  readonly tables = Object.fromEntries(
    KINDS.map((kind) => [kind, new Table(OWNERS[kind] ?? "customer")]),
  ) as unknown as {
    [K in Kind]: Table<Kinds[K]>;
  };
  /** What the deliveries to a webhook endpoint are signed with. */
  readonly secrets = new Map<string, string>();
  /** Customers who are gone: Stripe still answers that they were. */
  readonly deleted = new Set<string>();
  /** Seconds by which the account's clock is ahead. */
  clockOffset = 0;
  /** The request that acts now, as its events will say. */
  request: Stripe.Event.Request | null = null;
  onEvent: (event: Stripe.Event) => void = () => undefined;

  constructor(name: string, id = newId("acct_", 16)) {
    this.id = id;
    this.name = name;
  }

  /** Seconds since 1970, by the account's own clock. */
  now(): number {
    return Math.floor(Date.now() / 1000) + this.clockOffset;
  }

  newId(kind: Kind): string {
    return newId(PREFIXES[kind]);
  }

  add<K extends Kind>(kind: K, row: Kinds[K]): Kinds[K] {
    return this.tables[kind].add(row);
  }

  /** @throws StripeFailure resource_missing */
  get<K extends Kind>(kind: K, id: string, param?: string): Kinds[K] {
    const row = this.tables[kind].get(id);
    if (!row) throw missing(kind.replace(".", " "), id, param);
    return row;
  }

  /** Any object by its id, for `expand`. */
  find(id: string): Kinds[Kind] | undefined {
    const kind = KINDS.find((each) => id.startsWith(PREFIXES[each]));
    return kind && this.tables[kind].get(id);
  }

  /** Changes an object and tells it with what it was before; nothing happens where nothing changes. */
  change<K extends Kind>(row: Kinds[K], patch: Partial<Kinds[K]>, type?: Stripe.Event.Type): Kinds[K] {
    const before = Object.entries(patch).filter(([key, value]) => !same(row[key as keyof Kinds[K]], value));
    if (before.length === 0) return row;
    const previous = Object.fromEntries(before.map(([key]) => [key, copy(row[key as keyof Kinds[K]] ?? null)]));
    Object.assign(row, patch);
    if (type) this.emit(type, row, previous);
    return row;
  }

  /** Writes down what happened, with the object as it is now. */
  emit(type: Stripe.Event.Type, object: object, previous?: object): void {
    const event = {
      id: this.newId("event"),
      object: "event",
      api_version: API_VERSION,
      created: this.now(),
      data: previous ? { object: copy(object), previous_attributes: previous } : { object: copy(object) },
      livemode: false,
      pending_webhooks: 0,
      request: this.request ?? { id: null, idempotency_key: null },
      type,
    } as Stripe.Event;
    this.add("event", event);
    this.onEvent(event);
  }

  /** The account as its owner sees it. */
  shown(): Stripe.Account {
    return {
      id: this.id,
      object: "account",
      business_profile: { name: this.name } as Stripe.Account.BusinessProfile,
      charges_enabled: true,
      country: "US",
      default_currency: "usd",
      details_submitted: true,
      email: null,
      payouts_enabled: true,
      settings: { dashboard: { display_name: this.name, timezone: "Etc/UTC" } } as Stripe.Account.Settings,
      type: "standard",
    };
  }

  addEndpoint(given: { url: string; secret: string; events?: string[]; description?: string }): Stripe.WebhookEndpoint {
    const endpoint = this.add("webhook_endpoint", {
      id: this.newId("webhook_endpoint"),
      object: "webhook_endpoint",
      api_version: API_VERSION,
      application: null,
      created: this.now(),
      description: given.description ?? null,
      enabled_events: given.events ?? ["*"],
      livemode: false,
      metadata: {},
      status: "enabled",
      url: given.url,
    });
    this.secrets.set(endpoint.id, given.secret);
    return endpoint;
  }

  save(): SavedAccount {
    return {
      id: this.id,
      name: this.name,
      keys: [...this.keys].map(([key, may]) => [key, may === "all" ? may : [...may]]),
      clockOffset: this.clockOffset,
      cards: [...this.cards],
      checkouts: [...this.checkouts],
      secrets: [...this.secrets],
      deleted: [...this.deleted],
      rows: Object.fromEntries(KINDS.map((kind) => [kind, this.tables[kind].all()])),
    };
  }

  static load(saved: SavedAccount): Account {
    const account = new Account(saved.name, saved.id);
    for (const [key, may] of saved.keys) account.keys.set(key, may === "all" ? may : new Set(may));
    for (const [customer, card] of saved.cards) account.cards.set(customer, card);
    for (const [endpoint, secret] of saved.secrets) account.secrets.set(endpoint, secret);
    for (const [session, plan] of saved.checkouts) account.checkouts.set(session, plan);
    for (const customer of saved.deleted) account.deleted.add(customer);
    account.clockOffset = saved.clockOffset;
    for (const kind of KINDS) for (const row of saved.rows[kind] ?? []) account.add(kind, row as never);
    return account;
  }
}

/** As Stripe's: a prefix that names the kind, then letters and digits. */
export function newId(prefix: string, length = 24): string {
  return prefix + randomBytes(length).toString("base64").replace(/[+/=]/g, "0").slice(0, length);
}

/** As it goes over the wire: what is kept never changes by what was handed out. */
export function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
