import { z } from "zod";
import {
  CreateProduct,
  createProduct,
  ProductFilter,
  pageProducts,
  productNamed,
  UpdateProduct,
  updateProduct,
  viewProductNamed,
} from "#lib/catalog/index.ts";
import { RestrictProduct, restrictProduct } from "#lib/entitlements/index.ts";
import type { Ctx } from "../../context.ts";
import { invalid } from "../../errors.ts";
import { type Operation, team } from "../operation.ts";
import { ChangedProductShape, Next, ProductShape } from "../shapes.ts";
import { viewProduct } from "../views.ts";

const group = "Products";
export const ProductName = z.string().max(63).describe("The product's id or its slug");
const params = z.strictObject({ product: ProductName });

const { productId: _updated, ...details } = UpdateProduct.shape;
const { productId: _restricted, ...restriction } = RestrictProduct.shape;
const PatchProduct = z.strictObject({
  ...details,
  requiresEntitlement: restriction.requiresEntitlement.optional().describe("true restricts it, false opens it"),
  keepAccess: restriction.keepAccess
    .unwrap()
    .optional()
    .describe("When restricting: who has access now keeps it (default)"),
});

export const PRODUCT_OPERATIONS: readonly Operation[] = [
  team({
    method: "GET",
    path: "/v1/products",
    summary: "List products",
    group,
    needs: "product.view",
    query: ProductFilter,
    response: z.strictObject({ products: z.array(ProductShape), next: Next }),
    answer: async ({ ctx, query }) => {
      const { products, next } = await pageProducts(ctx, query);
      return { products: products.map(viewProduct), next };
    },
  }),
  team({
    method: "POST",
    path: "/v1/products",
    summary: "Add a product",
    group,
    needs: "product.create",
    body: CreateProduct,
    example: { slug: "pro", name: "Pro", requiresEntitlement: true },
    response: ProductShape,
    answer: async ({ ctx, body }) => viewProduct(await createProduct(ctx, body)),
  }),
  team({
    method: "GET",
    path: "/v1/products/{product}",
    summary: "See one product",
    group,
    needs: "product.view",
    params,
    response: ProductShape,
    answer: async ({ ctx, params }) => viewProduct(await viewProductNamed(ctx, params.product)),
  }),
  team({
    method: "PATCH",
    path: "/v1/products/{product}",
    summary: "Change a product, or restrict it or open it",
    description:
      "Name, description and visibility need product.update; requiresEntitlement, in a call of its own, product.restrict.",
    group,
    needs: ["product.update", "product.restrict"],
    needed: (body) => ("requiresEntitlement" in body || "keepAccess" in body ? "product.restrict" : "product.update"),
    params,
    body: PatchProduct,
    example: { requiresEntitlement: true, keepAccess: true },
    response: ChangedProductShape,
    answer: async ({ ctx, params, body }) => patchProduct(ctx, params.product, body),
  }),
];

async function patchProduct(
  ctx: Ctx,
  name: string,
  { requiresEntitlement, keepAccess, ...details }: z.output<typeof PatchProduct>,
) {
  if (requiresEntitlement === undefined) {
    if (keepAccess !== undefined) throw invalid({ requiresEntitlement: "is missing" });
    const { id: productId } = await productNamed(ctx, name);
    const { product, changed } = await updateProduct(ctx, { ...details, productId });
    return { ...viewProduct(product), changed, kept: 0 };
  }
  // Two changes with a right each: one could be refused after the other was made.
  const also = Object.keys(details).map((field) => [field, "can't be changed together with requiresEntitlement"]);
  if (also.length > 0) throw invalid(Object.fromEntries(also));
  const { id: productId } = await productNamed(ctx, name);
  const { product, changed, kept } = await restrictProduct(ctx, { productId, requiresEntitlement, keepAccess });
  return { ...viewProduct(product), changed, kept };
}
