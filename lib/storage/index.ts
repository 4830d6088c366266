/**
 * Bytes by key: a disk today, an object store beside it later, both behind BlobStore.
 * Hidden: paths and names of objects, partial writes, when something is durable.
 */
import { mkdirSync } from "node:fs";
import { env } from "../env.ts";
import { processGlobal } from "../process-global.ts";
import type { BlobStore } from "./blob-store.ts";
import { DiskFiles } from "./disk-files.ts";
import { DiskStore } from "./disk-store.ts";
import type { NamedFiles } from "./named-files.ts";
import { S3Files } from "./s3-files.ts";
import { type S3Settings, S3Store } from "./s3-store.ts";
import { storeDir } from "./store-space.ts";

export {
  type BlobStore,
  isWrongDigest,
  PartialWrite,
  type Place,
  type RemotePlace,
  type StoredKey,
  type StoredUpload,
  writtenElsewhere,
} from "./blob-store.ts";
export { type Algorithm, type Digest, digestOf, isDigest } from "./digest.ts";
export { DiskFiles } from "./disk-files.ts";
export { DiskStore } from "./disk-store.ts";
export type { NamedFiles } from "./named-files.ts";
export { S3Files } from "./s3-files.ts";
export { type S3Settings, S3Store } from "./s3-store.ts";
export { uploadOf } from "./storage-key.ts";
export { storeFailure } from "./store-failure.ts";
export { storeSpace } from "./store-space.ts";

export function blobStore(): BlobStore {
  return processGlobal("blob-store", () => {
    const s3 = s3Settings();
    if (s3) return new S3Store(s3);
    const root = storeDir();
    mkdirSync(root, { recursive: true, mode: 0o700 });
    return new DiskStore(root);
  });
}

/** Files that are found by their names, in DATA_DIR or in the bucket, under `backups/`. */
export function namedFiles(): NamedFiles {
  return processGlobal("named-files", () => {
    const s3 = s3Settings();
    return s3 ? new S3Files(s3) : new DiskFiles(env().DATA_DIR);
  });
}

/** The bucket that the settings name, or null where blobs are files. */
export function s3Settings(): S3Settings | null {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, ...rest } = env();
  if (!bucket) return null;
  return {
    bucket,
    region: rest.S3_REGION,
    endpoint: rest.S3_ENDPOINT,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    forcePathStyle: rest.S3_FORCE_PATH_STYLE,
    prefix: rest.S3_PREFIX,
    redirect: rest.BLOB_REDIRECT === "on",
  };
}

/** Why the store that the settings name can't be used, in one line; null where it can be read and written. */
export async function storeProblem(): Promise<string | null> {
  const s3 = s3Settings();
  try {
    await blobStore().probe();
    return null;
  } catch (error) {
    const { message } = ((error as Error).cause ?? error) as Error;
    const where = s3 ? `the bucket ${s3.bucket} at ${s3.endpoint ?? `S3 in ${s3.region}`}` : storeDir();
    return `${where} can't be written to and read: ${message}`;
  }
}
