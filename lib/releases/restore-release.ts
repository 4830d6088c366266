import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { type ChangedRelease, changeRelease } from "./change-release.ts";
import { ReleaseId, type ReleaseRow } from "./find-release.ts";
import { holdImages } from "./hold-images.ts";
import type { ReleaseStatus } from "./release-fields.ts";
import { refuseUnsigned, seeFiles } from "./signed/refuse-unsigned.ts";

export const RestoreRelease = z.strictObject({ releaseId: ReleaseId });

/**
 * Leads an archived release back to what it was, draft, published or yanked, and a yanked one back to published. What is
 * neither changes nothing, and says so.
 * @throws forbidden without `release.restore`; not_found; conflict where it would be published and an image of it is gone,
 *   it is recalled, or it is not signed as a policy of access wants (reason unsigned)
 */
export async function restoreRelease(ctx: Ctx, input: z.input<typeof RestoreRelease>): Promise<ChangedRelease> {
  await demand(ctx, "release.restore");
  const { releaseId } = parse(RestoreRelease, input);
  const seen = await seeFiles(ctx, releaseId);
  return changeRelease(ctx, releaseId, async (standing, tx) => {
    const { status } = standing;
    if (status === "draft" || status === "published") return null;
    const back = stateBehind(standing);
    if (back !== "draft") await holdImages(tx, standing);
    if (back === "published") {
      await refuseRecalled(tx, standing);
      await refuseUnsigned(tx, standing, seen);
    }
    const behind = status === "yanked" ? { yankedAt: null, yankReason: null } : { archivedAt: null };
    const data = { status: back, ...behind };
    return { action: "release.restored", data, before: { status }, after: { status: back } };
  });
}

// Which releases are recalled is kept by lib/recalls: asked here, since that room stands above this one.
async function refuseRecalled(tx: Tx, { tenantId, id: releaseId, version }: ReleaseRow): Promise<void> {
  const recall = await tx.recall.findFirst({ where: { tenantId, releaseId, liftedAt: null }, select: { id: true } });
  if (recall) throw conflict(`${version} is recalled: lift the recall first.`, { reason: "recalled" });
}

/** Where restoring leads: archiving takes nothing back from a yank. Pure. */
export function stateBehind({
  status,
  publishedAt,
  yankedAt,
}: Pick<ReleaseRow, "status" | "publishedAt" | "yankedAt">): ReleaseStatus {
  if (status === "archived" && yankedAt) return "yanked";
  return publishedAt ? "published" : "draft";
}
