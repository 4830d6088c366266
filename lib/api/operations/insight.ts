import { z } from "zod";
import {
  AdopterFilter,
  listAdopters,
  listMemberUse,
  listProductUse,
  listVersionUse,
  MemberUseFilter,
  viewUse,
} from "#lib/insight/index.ts";
import type { Ctx } from "../../context.ts";
import { invalid } from "../../errors.ts";
import { AdopterShape, DayUseShape, MemberUseShape, ProductUseShape, VersionUseShape } from "../insight-shapes.ts";
import { type Operation, team } from "../operation.ts";
import { Next } from "../shapes.ts";
import { ProductName } from "./products.ts";

const group = "Insight";
const needs = ["product.view", "member.view"] as const;

const { days, limit, search } = MemberUseFilter.shape;
const UseQuery = z.strictObject({
  by: z.enum(["day", "product", "version", "member"]).default("day"),
  days: days.describe("How many days in UTC, today among them"),
  product: ProductName.optional().describe("The product's id or its slug; `by=version` needs one"),
  search: search.describe("A part of a name; `by=product` and `by=member` take one"),
  after: z.string().max(100).optional(),
  limit,
});
type Asked = z.output<typeof UseQuery>;

const { product: _product, ...narrowing } = AdopterFilter.shape;

export const INSIGHT_OPERATIONS: readonly Operation[] = [
  team({
    method: "GET",
    path: "/v1/insight/usage",
    summary: "See what is fetched, by day, product, version or member",
    description:
      "What most is fetched of comes first; versions come from the highest down, and each member counts once there, with the " +
      "highest version of what they fetched in these days.",
    group,
    needs,
    query: UseQuery,
    response: z.strictObject({
      by: UseQuery.shape.by.unwrap(),
      rows: z.array(z.union([DayUseShape, ProductUseShape, VersionUseShape, MemberUseShape])),
      next: Next,
    }),
    answer: async ({ ctx, query }) => ({ by: query.by, ...(await USES[query.by](ctx, query)) }),
  }),
  team({
    method: "GET",
    path: "/v1/products/{product}/adopters",
    summary: "See who still runs what of a product",
    description: "Each member who ever fetched something of it, with the highest version of that; the lowest first.",
    group,
    needs,
    params: z.strictObject({ product: ProductName }),
    query: z.strictObject(narrowing),
    response: z.strictObject({ adopters: z.array(AdopterShape), next: Next }),
    answer: async ({ ctx, params, query }) => {
      const { rows, next } = await listAdopters(ctx, { ...query, ...params });
      return { adopters: rows, next };
    },
  }),
];

const USES: Record<Asked["by"], (ctx: Ctx, asked: Asked) => Promise<{ rows: unknown[]; next: string | null }>> = {
  day: async (ctx, { days, product }) => {
    const use = await viewUse(ctx, { days, product });
    return { rows: use.days.map((row) => ({ ...row, day: row.day.toISOString().slice(0, 10) })), next: null };
  },
  product: (ctx, { days, search, after, limit }) => listProductUse(ctx, { days, search, after, limit }),
  version: (ctx, { days, product, after, limit }) => {
    if (!product) throw invalid({ product: "is missing: versions are those of one product" });
    return listVersionUse(ctx, { days, product, after, limit });
  },
  member: (ctx, { days, product, search, after, limit }) => listMemberUse(ctx, { days, product, search, after, limit }),
};
