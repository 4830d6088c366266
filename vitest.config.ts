import { availableParallelism } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";

const alias = {
  "#lib": path.resolve(import.meta.dirname, "lib"),
  "#components": path.resolve(import.meta.dirname, "components"),
};

/** Two projects: pure tests start at once; `*.db.test.ts` run on one real PostgreSQL, a database a worker. */
export default defineConfig({
  resolve: { alias },
  test: {
    // A process a file: pools and caches hang on globalThis, and no file inherits another's.
    pool: "forks",
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What is waited for comes late on a busy machine: a second, which is the default, is not long.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "pure",
          include: ["{lib,components,stripe-local}/**/*.test.ts"],
          exclude: ["**/*.db.test.ts", "**/*.s3.test.ts", "**/node_modules/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: ["{lib,server}/**/*.db.test.ts"],
          globalSetup: "lib/testing/global-setup.ts",
          setupFiles: "lib/testing/worker-setup.ts",
        },
      },
      {
        // threats.md, the table's last lines: processes that are killed, disks that fail or are full.
        extends: true,
        test: {
          name: "faults",
          include: ["test/faults/*.fault.test.ts"],
          // Each starts a server of its own, some two.
          testTimeout: 60_000,
          globalSetup: "lib/testing/global-setup.ts",
          setupFiles: ["lib/testing/worker-setup.ts", "test/faults/own-store.ts"],
        },
      },
    ],
  },
});
