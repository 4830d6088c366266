import { demand } from "#lib/audit/index.ts";
import { viewProductNamed } from "#lib/catalog/index.ts";
import type { Ctx } from "../context.ts";

/** What is asked here tells of products and of members. @throws forbidden without `product.view` and `member.view` */
export async function demandInsight(ctx: Ctx): Promise<void> {
  await demand(ctx, "product.view");
  await demand(ctx, "member.view");
}

/** The id of a product by its id or its slug; null where none is named. @throws forbidden; not_found */
export async function productIdOf(ctx: Ctx, name: string | undefined): Promise<string | null> {
  return name === undefined ? null : (await viewProductNamed(ctx, name)).id;
}
