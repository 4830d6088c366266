import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { type ChangedRelease, changeRelease, changeReleaseIn } from "./change-release.ts";
import { ReleaseId, type ReleaseRow } from "./find-release.ts";

/** Shown to whoever asks for that version: one line. */
export const YankReason = z
  .string()
  .trim()
  .min(1, "is missing: say what is wrong with it")
  .max(500)
  .regex(/^\P{Cc}*$/u, "must be one line");

export const YankRelease = z.strictObject({ releaseId: ReleaseId, reason: YankReason });

/**
 * Takes a published release back without breaking who asks for that very version: it is never the latest any more, in no
 * range and no feed. What is yanked already changes nothing, and says so.
 * @throws forbidden without `release.archive`; not_found; invalid without a reason; conflict for what is a draft or archived
 */
export async function yankRelease(ctx: Ctx, input: z.input<typeof YankRelease>): Promise<ChangedRelease> {
  await demand(ctx, "release.archive");
  const { releaseId, reason } = parse(YankRelease, input);
  return changeRelease(ctx, releaseId, async ({ status, version }) => {
    if (status === "yanked") return null;
    if (status !== "published") {
      throw conflict(`${version} is ${status === "draft" ? "a draft" : status}: only what is published can be yanked.`);
    }
    return yankOf(ctx, reason);
  });
}

/**
 * Yanks what is published in the caller's transaction, and locks the release in any case; what is yanked or archived stays
 * that. For who asked for the right to it under another name.
 * @throws not_found; conflict for what was never published, which no member has
 */
export function withdrawRelease(
  tx: Tx,
  ctx: Ctx,
  { releaseId, reason }: z.output<typeof YankRelease>,
): Promise<ChangedRelease> {
  return changeReleaseIn(tx, ctx, {
    releaseId,
    plan: async ({ status, version, publishedAt }: ReleaseRow) => {
      if (!publishedAt) throw conflict(`${version} was never published: no member has it. Change it, or archive it.`);
      return status === "published" ? yankOf(ctx, reason) : null;
    },
  });
}

function yankOf(ctx: Ctx, reason: string) {
  const data = { status: "yanked", yankedAt: ctx.now, yankReason: reason } as const;
  return { action: "release.yanked", data, reason };
}
