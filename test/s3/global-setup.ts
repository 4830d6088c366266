import { mkdir } from "node:fs/promises";
import path from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { TestProject } from "vitest/node";
import { startSwift } from "./swift.ts";

declare module "vitest" {
  interface ProvidedContext {
    s3: TestS3;
  }
}

export interface TestS3 {
  bucket: string;
  region: string;
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  forcePathStyle: boolean;
}

const BUCKET = "purser-blobs";

/** One object store for the whole run, with an empty bucket. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = path.resolve(`.test/swift-${process.pid}`);
  await mkdir(path.dirname(dir), { recursive: true });
  const { endpoint, stop, ...credentials } = await startSwift(dir);
  const s3: TestS3 = { bucket: BUCKET, region: "us-east-1", endpoint, credentials, forcePathStyle: true };
  await new S3Client(s3).send(new CreateBucketCommand({ Bucket: BUCKET }));
  project.provide("s3", s3);
  return stop;
}
