import { existsSync } from "node:fs";
import path from "node:path";
import { settingsBeforeDatabase } from "#lib/env.ts";
import { startStripeLocal } from "../stripe-local/index.ts";

const PORT = 3111;

/**
 * `npm run stripe:local -- [port]`: the stand-in for Stripe alone, for an instance that runs elsewhere with STRIPE_API_URL.
 * What happens there stays in DATA_DIR, where that folder exists.
 */
async function main(given: string | undefined): Promise<void> {
  const port = given === undefined ? PORT : Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error("say which port, from 1 to 65535: npm run stripe:local -- 3111");
  }
  const { DATA_DIR } = settingsBeforeDatabase();
  const stateFile = existsSync(DATA_DIR) ? path.join(DATA_DIR, "stripe-local.json") : undefined;
  const stripe = await startStripeLocal({ port, stateFile, mode: "at-once" });
  console.log(`The stand-in for Stripe is at ${stripe.url} (Ctrl-C stops it)
Start Purser with STRIPE_API_URL=${stripe.url} and connect it, on the billing page of a workspace, with the key
  ${stripe.key}
${stateFile ? `What happens is kept in ${stateFile}` : "What happens is kept in memory alone: there is no DATA_DIR yet."}`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => stripe.stop().then(() => process.exit(0)));
  }
}

main(process.argv[2]).catch((error: NodeJS.ErrnoException) => {
  const taken = error.code === "EADDRINUSE";
  process.stderr.write(`purser: ${taken ? "that port is taken: npm run stripe:local -- <another>" : error.message}\n`);
  process.exit(1);
});
