import { describeBlobs } from "./blobs.contract.ts";
import type { BlobStore } from "./index.ts";
import { describeUploads } from "./uploads.contract.ts";

/** What every store of bytes must hold; one suite for all of them. `open` gives another process's view of the same store. */
export function describeBlobStore(name: string, open: () => BlobStore): void {
  describeBlobs(name, open);
  describeUploads(name, open);
}
