import path from "node:path";
import { env, setEnv } from "#lib/env.ts";
import type { DemoShop } from "../prisma/seed-shop.ts";
import { type StripeLocal, startStripeLocal } from "../stripe-local/index.ts";

const PORT = 3111;

/** The stand-in for Stripe beside a demo. Starts when it is asked for first; whoever names STRIPE_API_URL gets none. */
export interface DemoStripe {
  /** Where its control page is; null while it does not run. */
  url(): string | null;
  /** Starts it, once; what is sold there is made the first time. */
  open(): Promise<DemoShop>;
  stop(): Promise<void>;
}

export function demoStripe(): DemoStripe {
  let running: Promise<StripeLocal> | undefined;
  let url: string | null = null;
  return {
    url: () => url,
    async open() {
      running ??= start();
      const stripe = await running;
      url = stripe.url;
      setEnv({ STRIPE_API_URL: url });
      return { url, key: stripe.key, prices: pricesOf(stripe) };
    },
    async stop() {
      await (await running)?.stop();
    },
  };
}

async function start(): Promise<StripeLocal> {
  const { DATA_DIR, HOST, PORT: own } = env();
  const options = {
    name: "Acme Software",
    mode: "at-once",
    stateFile: path.join(DATA_DIR, "stripe-local.json"),
    // The public address may lead through a proxy that this machine can't reach.
    deliverTo: `http://${HOST && HOST !== "0.0.0.0" && HOST !== "::" ? HOST : "127.0.0.1"}:${own}`,
  } as const;
  try {
    return await startStripeLocal({ ...options, port: own === PORT ? 0 : PORT });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return startStripeLocal(options);
  }
}

function pricesOf(stripe: StripeLocal): DemoShop["prices"] {
  const known = (key: string) => stripe.account.tables.price.all().find(({ lookup_key: found }) => found === key)?.id;
  const plan = () => stripe.account.tables.product.all().find(({ name }) => name === MEMBERSHIP)?.id;
  const make = (key: string, about: Parameters<StripeLocal["price"]>[0]) =>
    known(key) ?? stripe.price({ ...about, key }).id;
  return {
    monthly: make("monthly", { name: MEMBERSHIP, amount: 1900 }),
    yearly: make("yearly", { product: plan(), amount: 19_000, interval: "year" }),
    lifetime: make("lifetime", { product: plan(), amount: 49_000, interval: null, nickname: "lifetime" }),
    addOn: make("enterprise", { name: "Acme Enterprise", amount: 4900 }),
  };
}

const MEMBERSHIP = "Membership";
