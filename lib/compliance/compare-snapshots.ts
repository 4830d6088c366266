import type { Ctx } from "../context.ts";
import type { Difference } from "../findings.ts";
import { comparePictures } from "./compare.ts";
import { viewSnapshot } from "./view-snapshots.ts";

/** What changed from one snapshot to another. @throws forbidden without `provider.view`; not_found */
export async function compareSnapshots(
  ctx: Ctx,
  { from, to }: { from: string; to: string },
): Promise<{ before: Date; after: Date; differences: Difference[] }> {
  const [before, after] = [await viewSnapshot(ctx, from), await viewSnapshot(ctx, to)];
  return {
    before: new Date(before.picture.takenAt),
    after: new Date(after.picture.takenAt),
    differences: comparePictures(before.picture, after.picture),
  };
}
