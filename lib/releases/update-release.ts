import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { type ChangedRelease, changeRelease } from "./change-release.ts";
import { ReleaseId } from "./find-release.ts";
import { Channel, Notes } from "./release-fields.ts";

export const UpdateRelease = z.strictObject({
  releaseId: ReleaseId,
  notes: Notes.optional(),
  /** Of a draft. */
  channel: Channel.optional(),
});

/**
 * Changes a draft's channel, and the notes of any release. What is so already changes nothing, and says so.
 * @throws forbidden without `release.publish`; not_found; invalid; conflict for the channel of what is no draft any more
 */
export async function updateRelease(ctx: Ctx, input: z.input<typeof UpdateRelease>): Promise<ChangedRelease> {
  await demand(ctx, "release.publish");
  const { releaseId, ...asked } = parse(UpdateRelease, input);
  return changeRelease(ctx, releaseId, async (standing) => {
    const given = Object.entries(asked) as ["notes" | "channel", string][];
    const news = given.filter(([column, value]) => standing[column] !== value);
    if (news.length === 0) return null;
    if (standing.status !== "draft" && news.some(([column]) => column === "channel")) {
      throw conflict(`${standing.version} is ${standing.status}: its channel stays ${standing.channel}.`);
    }
    return {
      action: "release.updated",
      data: Object.fromEntries(news),
      before: Object.fromEntries(news.map(([column]) => [column, standing[column]])),
      after: Object.fromEntries(news),
    };
  });
}
