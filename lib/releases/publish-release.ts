import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { lockedRelease, ReleaseId, type ReleaseRow, subjectOf } from "./find-release.ts";
import { holdImages } from "./hold-images.ts";

export const PublishRelease = z.strictObject({ releaseId: ReleaseId });

/**
 * Publishes a draft: from the next request on members get it as its product's access allows, and its version, channel,
 * files and images are frozen. What is published already changes nothing, and says so.
 * @throws forbidden without `release.publish`; not_found; conflict for what is archived or yanked (restore it), and where an
 *   image that was tied to it is gone
 */
export async function publishRelease(
  ctx: Ctx,
  input: z.input<typeof PublishRelease>,
): Promise<{ release: ReleaseRow; changed: boolean }> {
  await demand(ctx, "release.publish");
  const { releaseId } = parse(PublishRelease, input);
  return transaction(async (tx) => {
    const standing = await lockedRelease(tx, ctx, releaseId);
    if (standing.status === "published") return { release: standing, changed: false };
    if (standing.status !== "draft") throw conflict(`${standing.version} is ${standing.status}: restore it instead.`);
    await holdImages(tx, standing);
    const data = { status: "published", publishedAt: ctx.now } as const;
    const { product } = standing;
    const release = { ...(await tx.release.update({ where: { id: standing.id }, data })), product };
    const after = { version: release.version, channel: release.channel };
    await record(tx, ctx, { action: "release.published", subject: subjectOf(release), after });
    return { release, changed: true };
  });
}
