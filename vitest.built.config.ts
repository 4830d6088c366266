import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** What runs against the built server: after `npm run build`, on a database like the other tests'. */
export default defineConfig({
  resolve: base.resolve,
  test: {
    ...base.test,
    projects: undefined,
    include: ["test/**/*.built.test.ts"],
    globalSetup: "lib/testing/global-setup.ts",
    setupFiles: "lib/testing/worker-setup.ts",
  },
});
