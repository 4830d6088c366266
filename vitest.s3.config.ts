import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

const door = {
  globalSetup: "lib/testing/global-setup.ts",
  setupFiles: ["lib/testing/worker-setup.ts", "test/s3/worker-setup.ts"],
};

/** What runs against a real object store (docs/adr/0013): the stores' contract, and the registry's door on S3. */
export default defineConfig({
  resolve: base.resolve,
  test: {
    ...base.test,
    globalSetup: "test/s3/global-setup.ts",
    projects: [
      { extends: true, test: { name: "contract", include: ["lib/storage/*.s3.test.ts"] } },
      { extends: true, test: { name: "redirected", include: ["server/*.s3.test.ts"], ...door } },
      {
        extends: true,
        test: {
          name: "streamed",
          include: [
            "server/registry-pu*.db.test.ts",
            "server/manifest-push.db.test.ts",
            "lib/catalog/upload.db.test.ts",
          ],
          ...door,
          env: { BLOB_REDIRECT: "off" },
        },
      },
    ],
  },
});
