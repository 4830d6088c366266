import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import base from "./vitest.config.ts";

/** The matrix first: begun last, its longest file would run alone to the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (/\/matrix\/(in|out)side\./.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/** What runs against the built server: after `npm run build`, on a database like the other tests'. */
export default defineConfig({
  resolve: base.resolve,
  test: {
    ...base.test,
    projects: undefined,
    // Servers are started and stopped on the way, beside whatever else the machine does.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    include: ["test/**/*.built.test.ts"],
    globalSetup: "lib/testing/global-setup.ts",
    setupFiles: "lib/testing/worker-setup.ts",
    sequence: { sequencer: LongestFirst },
  },
});
