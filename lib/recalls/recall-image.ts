import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { lockedRepository } from "#lib/catalog/index.ts";
import { transaction } from "#lib/db/index.ts";
import { isDigest } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type MadeRecall, makeRecall } from "./make-recall.ts";
import { RECALL_FIELDS } from "./recall-fields.ts";
import { imageInTenant } from "./recalled-thing.ts";

export const RecallImage = z.strictObject({
  repositoryId: z.uuid("is not an id"),
  digest: z.string().refine(isDigest, "is not a digest"),
  ...RECALL_FIELDS,
});

/**
 * Says of an image that it is not to be used, and of each platform's of an index. One that was deleted can be recalled, too, where
 * somebody pulled it. Nothing is blocked. What is recalled already stays so, with its reason.
 * @throws forbidden without `release.recall`; not_found; invalid
 */
export async function recallImage(ctx: Ctx, input: z.input<typeof RecallImage>): Promise<MadeRecall> {
  await demand(ctx, "release.recall");
  const { repositoryId, digest, reason, replacement, notify } = parse(RecallImage, input);
  return transaction(async (tx) => {
    const { name } = await imageInTenant(tx, ctx, { repositoryId, digest });
    const { id, productId } = await lockedRepository(tx, ctx, { name, tenant: ctx.tenant.slug, product: "" });
    const about = { productId, label: `${name}@${digest}`, reason, replacement: replacement || null };
    return makeRecall(tx, ctx, { thing: { repositoryId: id, digest }, about, notify });
  });
}
