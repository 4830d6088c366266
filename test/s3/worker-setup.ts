import { inject } from "vitest";
import { setEnv } from "#lib/env.ts";

/** Runs after the database's own: the same worker, with its blobs in the bucket. */
const { bucket, endpoint, credentials } = inject("s3");
setEnv({
  S3_BUCKET: bucket,
  S3_ENDPOINT: endpoint,
  S3_ACCESS_KEY_ID: credentials.accessKeyId,
  S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  S3_FORCE_PATH_STYLE: "true",
  S3_PREFIX: `worker-${process.pid}`,
});
