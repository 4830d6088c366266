import { spawnSync } from "node:child_process";
import { hasSwift, SWIFT_PACKAGES } from "../test/s3/swift.ts";

/** `npm run test:s3`: the stores' contract and the registry's door on a real object store; skipped, aloud, where there is none. */
if (!hasSwift()) {
  console.log(`skipped: S3. OpenStack Swift is not installed: apt-get install ${SWIFT_PACKAGES.join(" ")}`);
  process.exit(0);
}
const { status } = spawnSync("vitest", ["run", "-c", "vitest.s3.config.ts", "--reporter=dot"], { stdio: "inherit" });
process.exit(status ?? 1);
