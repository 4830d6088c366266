import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type ChangedRelease, changeRelease } from "./change-release.ts";
import { ReleaseId } from "./find-release.ts";

export const ArchiveRelease = z.strictObject({ releaseId: ReleaseId, reason: z.string().trim().max(500).optional() });

/**
 * Takes a release away from members as if it weren't there; the team sees it and can restore it. Its images may be deleted
 * from then on. What is archived already changes nothing, and says so.
 * @throws forbidden without `release.archive`; not_found; invalid
 */
export async function archiveRelease(ctx: Ctx, input: z.input<typeof ArchiveRelease>): Promise<ChangedRelease> {
  await demand(ctx, "release.archive");
  const { releaseId, reason } = parse(ArchiveRelease, input);
  return changeRelease(ctx, releaseId, async ({ status }) => {
    if (status === "archived") return null;
    const data = { status: "archived", archivedAt: ctx.now } as const;
    return { action: "release.archived", data, reason: reason || undefined, before: { status } };
  });
}
