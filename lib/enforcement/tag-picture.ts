import { ruledEffect } from "#lib/catalog/index.ts";
import type { PolicyKind, Tx } from "#lib/db/index.ts";
import { byteSize, plural } from "#lib/format.ts";
import { type Documents, policyOver, policyWords, rules } from "#lib/policies/index.ts";
import type { Ctx } from "../context.ts";
import type { Picture } from "./effect.ts";

type TagKind = Extract<PolicyKind, "retention" | "immutability">;

/** What holds for the tags of every product that one of the documents rules: what is fixed no longer, the night may take. */
export async function tagPicture(
  tx: Tx,
  ctx: Ctx,
  { kind, documents }: { kind: TagKind; documents: readonly Documents[TagKind][] },
): Promise<Picture> {
  const where = { tenantId: ctx.tenant.id, archivedAt: null };
  const products = await tx.product.findMany({ where, orderBy: { slug: "asc" } });
  const picture = { ruled: [] as string[], going: [] as string[], freed: [] as string[], fixed: [] as string[] };
  for (const product of products.filter(({ slug }) => documents.some((one) => rules(one, slug)))) {
    const by = await policyOver(tx, kind, { tenantId: ctx.tenant.id, productId: product.id });
    picture.ruled.push(`${product.slug}: ${by ? policyWords(by) : "its own settings"}`);
    const effect = await ruledEffect(tx, product, ctx.now);
    picture.going.push(...effect.tags);
    picture.fixed.push(...effect.fixed);
    if (effect.manifests > 0)
      picture.freed.push(`${product.slug}: ${plural(effect.manifests, "manifest")}, ${byteSize(effect.bytes)}`);
  }
  return picture;
}
