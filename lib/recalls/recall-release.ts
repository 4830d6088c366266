import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import { withdrawRelease } from "#lib/releases/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type MadeRecall, makeRecall } from "./make-recall.ts";
import { oneLine, RECALL_FIELDS } from "./recall-fields.ts";

export const RecallRelease = z.strictObject({ releaseId: z.uuid("is not an id"), ...RECALL_FIELDS });

/**
 * Says of a release, its files and its images that they are not to be used. One that is published is withdrawn with it: it is
 * no longer the latest, in no range and no feed. Nothing is blocked. What is recalled already stays so, with its reason, and
 * tells nobody anew.
 * @throws forbidden without `release.recall`; not_found; invalid; conflict for what was never published
 */
export async function recallRelease(ctx: Ctx, input: z.input<typeof RecallRelease>): Promise<MadeRecall> {
  await demand(ctx, "release.recall");
  const { releaseId, reason, replacement, notify } = parse(RecallRelease, input);
  return transaction(async (tx) => {
    const { release, changed } = await withdrawRelease(tx, ctx, { releaseId, reason: oneLine(reason) });
    const assets = await tx.asset.findMany({ where: { releaseId: release.id }, select: { id: true, filename: true } });
    const files = Object.fromEntries(assets.map(({ id, filename }) => [id, filename]));
    const about = {
      productId: release.productId,
      label: release.version,
      reason,
      replacement: replacement || null,
      files,
    };
    return makeRecall(tx, ctx, { thing: { releaseId: release.id }, about, notify, after: { withdrawn: changed } });
  });
}
