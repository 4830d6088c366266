// biome-ignore-all lint/style/noProcessEnv: what the runner of the journeys says; the product's settings are in lib/env.ts
import { env } from "node:process";

/** What the journeys are told from outside. */
export const settings = {
  /** The demo.json of the running instance. */
  demoFile: env.PURSER_DEMO ?? "data/demo.json",
  /** A browser that is installed; without it Playwright looks for its own. */
  chromiumPath: env.CHROMIUM_PATH,
  /** Where the results are written as JSON, if anywhere. */
  jsonFile: env.PLAYWRIGHT_JSON,
  /** What a server that a journey brings along begins with. */
  environment: env,
};
