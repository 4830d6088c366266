/**
 * Bytes by key: a disk today, an object store beside it later, both behind BlobStore.
 * Hidden: paths, partial writes, when something is durable.
 */
import { mkdirSync } from "node:fs";
import { processGlobal } from "../process-global.ts";
import type { BlobStore } from "./blob-store.ts";
import { DiskStore } from "./disk-store.ts";
import { storeDir } from "./store-space.ts";

export {
  type BlobStore,
  isWrongDigest,
  PartialWrite,
  type StoredKey,
  type StoredUpload,
  writtenElsewhere,
} from "./blob-store.ts";
export { type Digest, digestOf, isDigest } from "./digest.ts";
export { DiskStore } from "./disk-store.ts";
export { storeSpace } from "./store-space.ts";

export function blobStore(): BlobStore {
  return processGlobal("blob-store", () => {
    const root = storeDir();
    mkdirSync(root, { recursive: true, mode: 0o700 });
    return new DiskStore(root);
  });
}
