import { z } from "zod";
import { listOwnPrices, mapPrice, PriceId, SetPrice, setPrice, unmapPrice } from "#lib/billing/index.ts";
import { productNamed } from "#lib/catalog/index.ts";
import { invalid, notFound } from "../../errors.ts";
import { type Operation, team } from "../operation.ts";
import { ChangedPriceShape, Next, PriceShape } from "../shapes.ts";
import { viewPrice } from "../views.ts";
import { ProductName } from "./products.ts";

const group = "Prices";
const params = z.strictObject({ price: PriceId.describe("The price's id at Stripe") });
const mapping = z.strictObject({ ...params.shape, product: ProductName });
const { priceId: _price, ...meaning } = SetPrice.shape;
// Stripe itself may be asked: no transaction waits for it.
const asItIs = { group, needs: "billing.mapPrices", keyed: false, response: ChangedPriceShape } as const;

export const PRICE_OPERATIONS: readonly Operation[] = [
  team({
    method: "GET",
    path: "/v1/prices",
    summary: "List the prices that mean something here",
    description: "Plans of the membership first, then those that give products; as they were last read from Stripe.",
    group,
    needs: "billing.view",
    query: z.strictObject({
      after: PriceId.optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    response: z.strictObject({ prices: z.array(PriceShape), next: Next }),
    answer: async ({ ctx, query: { after, limit } }) => {
      const prices = await listOwnPrices(ctx);
      const first = prices.findIndex(({ priceId }) => priceId === after) + 1;
      // One that means nothing any more, or never did: from the first page on, a reader would go round for ever.
      if (after && first === 0) throw invalid({ after: "is not a price of this list: begin anew" });
      const page = prices.slice(first, first + limit);
      const next = prices.length > first + limit ? (page.at(-1)?.priceId ?? null) : null;
      return { prices: page.map(viewPrice), next };
    },
  }),
  team({
    ...asItIs,
    method: "PUT",
    path: "/v1/prices/{price}",
    summary: "Say all that a price means",
    description: "Whether it pays for the membership, and which products it gives. Stripe is asked what it costs.",
    params,
    body: z.strictObject(meaning),
    example: { membership: false, productIds: ["{product}"] },
    answer: async ({ ctx, params, body }) => {
      const { changed } = await setPrice(ctx, { ...body, priceId: params.price });
      return { priceId: params.price, changed };
    },
  }),
  team({
    ...asItIs,
    method: "DELETE",
    path: "/v1/prices/{price}",
    summary: "Let a price mean nothing any more",
    description: "What Stripe granted by it ends; grants of other sources stay.",
    needs: ["billing.mapPrices", "billing.view"],
    params,
    answer: async ({ ctx, params }) => {
      if (!(await listOwnPrices(ctx)).some(({ priceId }) => priceId === params.price)) throw notFound("price");
      const { changed } = await setPrice(ctx, { priceId: params.price, membership: false, productIds: [] });
      return { priceId: params.price, changed };
    },
  }),
  team({
    ...asItIs,
    method: "PUT",
    path: "/v1/prices/{price}/products/{product}",
    summary: "Let a price give a product",
    params: mapping,
    answer: async ({ ctx, params }) => {
      const { id: productId } = await productNamed(ctx, params.product);
      const { changed } = await mapPrice(ctx, { priceId: params.price, productId });
      return { priceId: params.price, changed };
    },
  }),
  team({
    ...asItIs,
    method: "DELETE",
    path: "/v1/prices/{price}/products/{product}",
    summary: "Let a price no longer give a product",
    description: "What Stripe granted by it ends; grants of other sources stay.",
    params: mapping,
    answer: async ({ ctx, params }) => {
      const { id: productId } = await productNamed(ctx, params.product);
      const { changed } = await unmapPrice(ctx, { priceId: params.price, productId });
      return { priceId: params.price, changed };
    },
  }),
];
