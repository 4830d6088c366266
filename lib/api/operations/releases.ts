import { z } from "zod";
import { productNamed, repositoryNamed } from "#lib/catalog/index.ts";
import { recallsOfReleases } from "#lib/recalls/index.ts";
import {
  ArchiveRelease,
  archiveRelease,
  CreateRelease,
  createRelease,
  ForceDeleteRelease,
  forceDeleteRelease,
  listReleases,
  publishRelease,
  ReleaseFilter,
  restoreRelease,
  tieImage,
  UpdateRelease,
  untieImage,
  updateRelease,
  viewRelease,
  YankRelease,
  yankRelease,
} from "#lib/releases/index.ts";
import { type Operation, team } from "../operation.ts";
import {
  ChangedImageShape,
  ChangedReleaseShape,
  DeletedReleaseShape,
  ReleaseShape,
  ReleaseSummaryShape,
  viewReleaseRow,
  viewReleaseSummary,
  viewTiedImage,
  viewWholeRelease,
  WholeReleaseShape,
} from "../release-shapes.ts";
import { Next } from "../shapes.ts";
import { ProductName } from "./products.ts";

const group = "Releases";
const params = z.strictObject({ release: z.uuid().describe("The release's id") });
const ofProduct = z.strictObject({ product: ProductName });
const Repository = z.string().max(255).describe("The repository's name or its id");

const { productId: _listed, ...filter } = ReleaseFilter.shape;
const { productId: _created, ...made } = CreateRelease.shape;
const { releaseId: _updated, ...details } = UpdateRelease.shape;
const { releaseId: _yanked, ...yanking } = YankRelease.shape;
const { releaseId: _archived, ...archiving } = ArchiveRelease.shape;
const { releaseId: _deleted, ...deleting } = ForceDeleteRelease.shape;

type Changed = Awaited<ReturnType<typeof publishRelease>>;
const viewChanged = ({ release, changed }: Changed) => ({ ...viewReleaseRow(release), changed });

export const RELEASE_OPERATIONS: readonly Operation[] = [
  team({
    method: "GET",
    path: "/v1/products/{product}/releases",
    summary: "List the releases of a product",
    description: "In every state, the highest version first. `after` is the version after which the page begins.",
    group,
    needs: "release.view",
    params: ofProduct,
    query: z.strictObject(filter),
    response: z.strictObject({ releases: z.array(ReleaseSummaryShape), next: Next }),
    answer: async ({ ctx, params, query }) => {
      const { id: productId } = await productNamed(ctx, params.product);
      const { releases, next } = await listReleases(ctx, { ...query, productId });
      const recalls = await recallsOfReleases(
        ctx,
        releases.map(({ id }) => id),
      );
      return { releases: releases.map((release) => viewReleaseSummary(release, recalls)), next };
    },
  }),
  team({
    method: "POST",
    path: "/v1/products/{product}/releases",
    summary: "Begin a release",
    description: "As a draft. A version is semver 2.0.0, with or without a leading v, and is never used again.",
    group,
    needs: "release.publish",
    params: ofProduct,
    body: z.strictObject(made),
    example: { version: "2.1.0", notes: "Faster." },
    response: ReleaseShape,
    answer: async ({ ctx, params, body }) => {
      const { id: productId } = await productNamed(ctx, params.product);
      return viewReleaseRow(await createRelease(ctx, { ...body, productId }));
    },
  }),
  team({
    method: "GET",
    path: "/v1/releases/{release}",
    summary: "See one release with its files and images",
    group,
    needs: "release.view",
    params,
    response: WholeReleaseShape,
    answer: async ({ ctx, params }) => {
      const release = await viewRelease(ctx, { releaseId: params.release });
      return viewWholeRelease(release, await recallsOfReleases(ctx, [release.id]));
    },
  }),
  team({
    method: "PATCH",
    path: "/v1/releases/{release}",
    summary: "Change a release's notes, or a draft's channel",
    group,
    needs: "release.publish",
    params,
    body: z.strictObject(details),
    example: { notes: "Faster, and it mends the import." },
    response: ChangedReleaseShape,
    answer: async ({ ctx, params, body }) =>
      viewChanged(await updateRelease(ctx, { ...body, releaseId: params.release })),
  }),
  team({
    method: "POST",
    path: "/v1/releases/{release}/publish",
    summary: "Publish a draft",
    description: "Its version, channel and files are frozen from then on.",
    group,
    needs: "release.publish",
    params,
    response: ChangedReleaseShape,
    answer: async ({ ctx, params }) => viewChanged(await publishRelease(ctx, { releaseId: params.release })),
  }),
  team({
    method: "POST",
    path: "/v1/releases/{release}/yank",
    summary: "Yank a published release",
    description: "It is never the latest any more, but there with the reason for who asks for that very version.",
    group,
    needs: "release.archive",
    params,
    body: z.strictObject(yanking),
    example: { reason: "It loses data on 32-bit systems: take 2.1.1." },
    response: ChangedReleaseShape,
    answer: async ({ ctx, params, body }) =>
      viewChanged(await yankRelease(ctx, { ...body, releaseId: params.release })),
  }),
  team({
    method: "POST",
    path: "/v1/releases/{release}/archive",
    summary: "Archive a release",
    description: "For members it is as if it weren't there. Its images may be deleted from then on.",
    group,
    needs: "release.archive",
    params,
    body: z.strictObject(archiving),
    response: ChangedReleaseShape,
    answer: async ({ ctx, params, body }) =>
      viewChanged(await archiveRelease(ctx, { ...body, releaseId: params.release })),
  }),
  team({
    method: "POST",
    path: "/v1/releases/{release}/restore",
    summary: "Restore an archived or yanked release",
    description: "What was archived is again what it was: draft, published or yanked. What was yanked is published.",
    group,
    needs: "release.restore",
    params,
    response: ChangedReleaseShape,
    answer: async ({ ctx, params }) => viewChanged(await restoreRelease(ctx, { releaseId: params.release })),
  }),
  team({
    method: "DELETE",
    path: "/v1/releases/{release}",
    summary: "Delete a release for good",
    description: "In any state, with its files; `version` says once more which one is meant. Its images stay.",
    group,
    needs: "release.forceDelete",
    params,
    query: z.strictObject({ version: deleting.version.describe("The release's version") }),
    response: DeletedReleaseShape,
    answer: async ({ ctx, params, query }) => forceDeleteRelease(ctx, { ...query, releaseId: params.release }),
  }),
  team({
    method: "PUT",
    path: "/v1/releases/{release}/images",
    summary: "Publish an image together with a release",
    description:
      "An image of one of the product's repositories, by tag or digest. It can't be deleted while it is out.",
    group,
    needs: "release.publish",
    params,
    body: z.strictObject({
      repository: Repository,
      reference: z.string().max(255).describe("A tag, whose image now is meant, or a digest"),
    }),
    example: { repository: "{repository}", reference: "2.1.0" },
    response: ChangedImageShape,
    answer: async ({ ctx, params, body: { repository, reference } }) => {
      const { id: repositoryId } = await repositoryNamed(ctx, repository);
      const tied = await tieImage(ctx, { releaseId: params.release, repositoryId, reference });
      return { ...viewTiedImage(tied.image), changed: tied.changed };
    },
  }),
  team({
    method: "DELETE",
    path: "/v1/releases/{release}/images",
    summary: "Take an image from a draft or an archived release",
    group,
    needs: "release.publish",
    params,
    query: z.strictObject({ repository: Repository, digest: z.string().max(255).describe("The image's digest") }),
    response: ChangedImageShape,
    answer: async ({ ctx, params, query: { repository, digest } }) => {
      const { id: repositoryId } = await repositoryNamed(ctx, repository);
      const { image } = await untieImage(ctx, { releaseId: params.release, repositoryId, digest });
      return { ...viewTiedImage(image), changed: true };
    },
  }),
];
