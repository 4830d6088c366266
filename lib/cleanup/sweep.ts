import { expireUploads } from "./expire-uploads.ts";
import type { Sweep } from "./limits.ts";
import { sweepBlobs } from "./sweep-blobs.ts";
import { sweepLinks } from "./sweep-links.ts";
import { sweepStore } from "./sweep-store.ts";

/**
 * Removes what nothing refers to any more. The order is from what refers to what is referred to, so that one sweep is
 * enough for all whose grace is over. @throws the signal's reason between two batches
 */
export async function sweep(how: Sweep): Promise<void> {
  for (const step of [expireUploads, sweepLinks, sweepBlobs, sweepStore]) await step(how);
}
