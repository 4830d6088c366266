import { z } from "zod";
import { productNamed } from "#lib/catalog/index.ts";
import { PruneReleases, previewPrune, pruneReleases } from "#lib/releases/index.ts";
import { type Operation, team } from "../operation.ts";
import { PrunedReleaseShape } from "../release-shapes.ts";
import { ProductName } from "./products.ts";

const group = "Releases";
const params = z.strictObject({ product: ProductName });
const { rule, expected } = PruneReleases.shape;
const example = { rule: { keepLast: 10, olderThanDays: 90, channels: ["nightly"], published: true } };

export const PRUNE_OPERATIONS: readonly Operation[] = [
  team({
    method: "POST",
    path: "/v1/products/{product}/releases/prune/preview",
    summary: "See what a rule would prune",
    description:
      "All releases that the rule looks at, the highest version first: which would go, and why the others stay. Nothing changes.",
    group,
    needs: "release.view",
    params,
    body: z.strictObject({ rule }),
    example,
    response: z.strictObject({
      releases: z.array(PrunedReleaseShape),
      expected: z.array(z.uuid()).describe("The ids of those that would go, for the call that prunes"),
      bytes: z.int().describe("Of the files that would go with them"),
    }),
    answer: async ({ ctx, params, body }) => {
      const { id: productId } = await productNamed(ctx, params.product);
      const { releases, expected, total } = await previewPrune(ctx, { ...body, productId });
      return { releases: releases.map(viewPruned), expected, bytes: total.bytes };
    },
  }),
  team({
    method: "POST",
    path: "/v1/products/{product}/releases/prune",
    summary: "Prune releases by a rule",
    description:
      "For good, with their files: those that the preview listed, given back as `expected`. 409 where others would go by now. " +
      "Their versions are never used again; their images stay.",
    group,
    needs: "release.prune",
    params,
    body: z.strictObject({ rule, expected }),
    example: { ...example, expected: [] },
    response: z.strictObject({
      versions: z.array(z.string()),
      assets: z.int().describe("How many files went"),
      bytes: z.int(),
    }),
    answer: async ({ ctx, params, body }) => {
      const { id: productId } = await productNamed(ctx, params.product);
      return pruneReleases(ctx, { ...body, productId });
    },
  }),
];

function viewPruned(release: Awaited<ReturnType<typeof previewPrune>>["releases"][number]) {
  const { id, version, channel, status, at, assets, bytes, goes, why } = release;
  return { id, version, channel, status, at, assets, bytes, goes, why };
}
