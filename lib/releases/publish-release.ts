import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { type ChangedRelease, changeRelease } from "./change-release.ts";
import { ReleaseId } from "./find-release.ts";
import { holdImages } from "./hold-images.ts";
import { refuseUnsigned, seeFiles } from "./signed/refuse-unsigned.ts";

export const PublishRelease = z.strictObject({ releaseId: ReleaseId });

/**
 * Publishes a draft: from the next request on members get it as its product's access allows, and its version, channel and
 * files are frozen. What is published already changes nothing, and says so.
 * @throws forbidden without `release.publish`; not_found; conflict for what is archived or yanked (restore it), and where an
 *   image that was tied to it is gone; with reason unsigned where a policy of access wants signatures that it lacks
 */
export async function publishRelease(ctx: Ctx, input: z.input<typeof PublishRelease>): Promise<ChangedRelease> {
  await demand(ctx, "release.publish");
  const { releaseId } = parse(PublishRelease, input);
  const seen = await seeFiles(ctx, releaseId);
  return changeRelease(ctx, releaseId, async (standing, tx) => {
    const { status, version, channel } = standing;
    if (status === "published") return null;
    if (status !== "draft") throw conflict(`${version} is ${status}: restore it instead.`);
    await holdImages(tx, standing);
    await refuseUnsigned(tx, standing, seen);
    const data = { status: "published", publishedAt: ctx.now } as const;
    return { action: "release.published", data, after: { version, channel } };
  });
}
