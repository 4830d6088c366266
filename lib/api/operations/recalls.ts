import { z } from "zod";
import { productNamed, repositoryNamed } from "#lib/catalog/index.ts";
import {
  FetcherFilter,
  LiftRecall,
  liftRecall,
  listFetchers,
  listRecalls,
  notifyFetchers,
  RecallFilter,
  RecallRelease,
  recallImage,
  recallRelease,
  viewRecall,
} from "#lib/recalls/index.ts";
import { releaseNamed } from "#lib/releases/index.ts";
import type { Ctx } from "../../context.ts";
import { invalid } from "../../errors.ts";
import { type Operation, team } from "../operation.ts";
import {
  ChangedRecallShape,
  FetcherShape,
  NotifiedShape,
  RecallShape,
  viewFetcher,
  viewRecallRow,
} from "../recall-shapes.ts";
import { Next } from "../shapes.ts";
import { ProductName } from "./products.ts";

const group = "Recalls";
const ofProduct = z.strictObject({ product: ProductName });
const params = z.strictObject({ recall: z.uuid().describe("The recall's id") });

const { productId: _listed, ...filter } = RecallFilter.shape;
const { releaseId: _recalled, ...words } = RecallRelease.shape;
const { thing: _thing, ...who } = FetcherFilter.shape;
const { recallId: _lifted, ...lifting } = LiftRecall.shape;

const Body = z.strictObject({
  version: z.string().max(255).optional().describe("A release's; or repository and digest, for an image"),
  repository: z.string().max(255).optional().describe("The repository's name or its id"),
  digest: z.string().max(255).optional(),
  ...words,
});

export const RECALL_OPERATIONS: readonly Operation[] = [
  team({
    method: "POST",
    path: "/v1/products/{product}/recalls",
    summary: "Recall a release or an image",
    description:
      "Says of it that it is not to be used, wherever it is shown and got. A published release is withdrawn with it; nothing is " +
      "blocked. With `notify` a letter goes to each member who fetched it. What is recalled already stays so.",
    group,
    needs: "release.recall",
    params: ofProduct,
    body: Body,
    example: { version: "2.1.0", reason: "It loses data on 32-bit systems.", replacement: "2.1.1", notify: true },
    response: ChangedRecallShape,
    answer: async ({ ctx, params, body }) => {
      const { recall, changed } = await recalled(ctx, params.product, body);
      return { ...viewRecallRow(await viewRecall(ctx, { recallId: recall.id })), changed };
    },
  }),
  team({
    method: "GET",
    path: "/v1/products/{product}/recalls",
    summary: "List the recalls of a product",
    description: "Lifted ones, too, the newest first.",
    group,
    needs: "release.view",
    params: ofProduct,
    query: z.strictObject(filter),
    response: z.strictObject({ recalls: z.array(RecallShape), next: Next }),
    answer: async ({ ctx, params, query }) => {
      const { id: productId } = await productNamed(ctx, params.product);
      const { recalls, next } = await listRecalls(ctx, { ...query, productId });
      return { recalls: recalls.map(viewRecallRow), next };
    },
  }),
  team({
    method: "GET",
    path: "/v1/recalls/{recall}",
    summary: "See one recall",
    group,
    needs: "release.view",
    params,
    response: RecallShape,
    answer: async ({ ctx, params }) => viewRecallRow(await viewRecall(ctx, { recallId: params.recall })),
  }),
  team({
    method: "GET",
    path: "/v1/recalls/{recall}/fetchers",
    summary: "See who fetched what is recalled",
    description: "Each person once, whatever their tokens, by their names. It takes `release.view`, too.",
    group,
    needs: "member.view",
    params,
    query: z.strictObject(who),
    response: z.strictObject({ fetchers: z.array(FetcherShape), next: Next }),
    answer: async ({ ctx, params, query }) => {
      const { fetchers, next } = await listFetchers(ctx, { ...query, thing: { recallId: params.recall } });
      return { fetchers: fetchers.map(viewFetcher), next };
    },
  }),
  team({
    method: "POST",
    path: "/v1/recalls/{recall}/notify",
    summary: "Tell the members who fetched it",
    description:
      "By mail, each once, whatever they chose about new versions. Called again it tells who fetched since, and tries again " +
      "what could not be sent. Letters go out within a minute.",
    group,
    needs: "release.recall",
    params,
    response: NotifiedShape,
    answer: async ({ ctx, params }) => notifyFetchers(ctx, { recallId: params.recall }),
  }),
  team({
    method: "POST",
    path: "/v1/recalls/{recall}/lift",
    summary: "Lift a recall",
    description: "Nobody is warned any more. A release that was withdrawn stays withdrawn until it is restored.",
    group,
    needs: "release.recall",
    params,
    body: z.strictObject(lifting),
    example: { reason: "It was another version." },
    response: ChangedRecallShape,
    answer: async ({ ctx, params, body }) => {
      const { recall, changed } = await liftRecall(ctx, { ...body, recallId: params.recall });
      return { ...viewRecallRow(await viewRecall(ctx, { recallId: recall.id })), changed };
    },
  }),
];

async function recalled(ctx: Ctx, product: string, { version, repository, digest, ...words }: z.output<typeof Body>) {
  if (version !== undefined && (repository !== undefined || digest !== undefined)) {
    throw invalid({ version: "is for a release, repository and digest are for an image: name one of them" });
  }
  const { id: productId } = await productNamed(ctx, product);
  if (version !== undefined) {
    const { id: releaseId } = await releaseNamed(ctx, { productId, version });
    return recallRelease(ctx, { releaseId, ...words });
  }
  if (repository === undefined || digest === undefined)
    throw invalid({ version: "is missing, or repository and digest" });
  const { id: repositoryId, productId: of } = await repositoryNamed(ctx, repository);
  if (of !== productId) throw invalid({ repository: "is another product's" });
  return recallImage(ctx, { repositoryId, digest, ...words });
}
