import { defineConfig, type ReporterDescription } from "playwright/test";
import { settings } from "./settings.ts";

const json: ReporterDescription[] = settings.jsonFile ? [["json", { outputFile: settings.jsonFile }]] : [];

// What happens in the demo's workspace happens one after the other; what is about accounts and the instance, or brings a
// workspace of its own, beside it. Axe only looks, but enters for support as the instance's journeys do: not while they are there.
const BESIDE =
  /(accessibility|admin|backups|before-scripts|killed-run|passkeys|registration|second-factor(-policy)?|sessions?|strangers)\.spec\.ts$/;

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  workers: 2,
  projects: [
    { name: "workspace", testIgnore: BESIDE, workers: 1 },
    { name: "beside", testMatch: BESIDE, workers: 1 },
  ],
  // Axe reads every page in two looks, which takes a busy machine a while.
  timeout: 180_000,
  expect: { timeout: 10_000 },
  // As a file of vitest has: what passes only then is named at the end, to be mended.
  retries: 1,
  reporter: [["list"], ...json],
  use: {
    browserName: "chromium",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: settings.chromiumPath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
