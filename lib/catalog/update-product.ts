import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type ProductRow, productInTenant } from "./products.ts";

export const UpdateProduct = z.strictObject({
  productId: z.uuid("is not an id"),
  name: z.string().trim().min(1, "is missing").max(100).optional(),
  description: z.string().trim().max(2000).optional(),
  /** Hidden keeps it from everybody but the team and those to whom it was granted. */
  visibility: z.enum(["listed", "hidden"]).optional(),
});

/**
 * Changes what a product is called and who may know of it. What is so already changes nothing, and says so.
 * @throws forbidden without `product.update`; not_found for a product of another tenant; invalid
 */
export async function updateProduct(
  ctx: Ctx,
  input: z.input<typeof UpdateProduct>,
): Promise<{ product: ProductRow; changed: boolean }> {
  await demand(ctx, "product.update");
  const { productId, ...asked } = parse(UpdateProduct, input);
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM products WHERE id = ${productId}::uuid FOR UPDATE`;
    const before = await productInTenant(tx, ctx, productId);
    const given = Object.entries(asked) as [keyof typeof asked, string][];
    const news = given.filter(([column, value]) => before[column] !== value);
    if (news.length === 0) return { product: before, changed: false };
    const product = await tx.product.update({ where: { id: productId }, data: Object.fromEntries(news) });
    await record(tx, ctx, {
      action: "product.updated",
      subject: { type: "product", id: product.id, label: product.slug },
      before: Object.fromEntries(news.map(([column]) => [column, before[column]])),
      after: Object.fromEntries(news),
    });
    return { product, changed: true };
  });
}
