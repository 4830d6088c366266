import { defineConfig, type ReporterDescription } from "playwright/test";
import { settings } from "./settings.ts";

const json: ReporterDescription[] = settings.jsonFile ? [["json", { outputFile: settings.jsonFile }]] : [];

// The journeys share one demo and go one after the other. Axe only looks, and reads its pages beside them.
export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  workers: 2,
  projects: [
    { name: "journeys", testIgnore: "accessibility.spec.ts", workers: 1 },
    { name: "accessibility", testMatch: "accessibility.spec.ts", workers: 1 },
  ],
  // Axe reads every page twice, which takes a busy machine a while.
  timeout: 180_000,
  expect: { timeout: 10_000 },
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
