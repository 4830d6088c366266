import { db } from "#lib/db/index.ts";
import { tieImage } from "#lib/releases/index.ts";
import { newRelease } from "#lib/testing/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;

type State = "draft" | "published" | "archived";
const inState =
  (status: State) =>
  async ({ fixture }: Side) =>
    (await newRelease(fixture, { status })).id;
const aProduct = async ({ fixture }: Side) => (await fixture.addProduct()).id;
/** With the side's image tied to it. */
const withImage = async (side: Side) => {
  const { id: releaseId } = await newRelease(side.fixture);
  const { id: repositoryId } = await db().repository.findUniqueOrThrow({
    where: { name: side.fixture.repository.name },
  });
  await tieImage(side.fixture.ctx, { releaseId, repositoryId, reference: side.image.digest });
  return releaseId;
};
/** A version for a release that is deleted by it. */
const VERSION = "9.0.0-matrix";
const toDelete = async ({ fixture }: Side) =>
  (await newRelease({ tenant: fixture.tenant, product: await fixture.addProduct() }, { version: VERSION })).id;
const imageOf = ({ side, slug, childId }: Cell) =>
  `/v1/releases/${childId}/images?tenant=${slug}&repository=${side.fixture.repository.name}&digest=${side.image.digest}`;

const PUBLISH = { ...TEAM, capability: "release.publish" } as const;
const ARCHIVE = { ...TEAM, capability: "release.archive" } as const;
const nothing = { input: () => ({}) };
const PRUNE_RULE = { keepLast: 1000 };

/** Releases by the API. */
export const RELEASE_ROWS: readonly Row[] = [
  {
    surface: "api GET /v1/products/<product>/releases",
    ...TEAM,
    capability: "release.view",
    child: aProduct,
  },
  {
    surface: "api POST /v1/products/<product>/releases",
    ...PUBLISH,
    child: aProduct,
    input: () => ({ version: "1.0.0" }),
  },
  {
    surface: "api POST /v1/products/<product>/releases/prune/preview",
    ...TEAM,
    capability: "release.view",
    child: aProduct,
    input: () => ({ rule: PRUNE_RULE }),
  },
  {
    surface: "api POST /v1/products/<product>/releases/prune",
    ...TEAM,
    capability: "release.prune",
    child: aProduct,
    input: () => ({ rule: PRUNE_RULE, expected: [] }),
  },
  { surface: "api GET /v1/releases/<release>", ...TEAM, capability: "release.view", child: inState("draft") },
  {
    surface: "api PATCH /v1/releases/<release>",
    ...PUBLISH,
    child: inState("draft"),
    input: () => ({ notes: "matrix" }),
  },
  { surface: "api POST /v1/releases/<release>/publish", ...PUBLISH, child: inState("draft"), ...nothing },
  {
    surface: "api POST /v1/releases/<release>/yank",
    ...ARCHIVE,
    child: inState("published"),
    input: () => ({ reason: "matrix" }),
  },
  { surface: "api POST /v1/releases/<release>/archive", ...ARCHIVE, child: inState("draft"), ...nothing },
  {
    surface: "api POST /v1/releases/<release>/restore",
    ...TEAM,
    capability: "release.restore",
    child: inState("archived"),
    ...nothing,
  },
  {
    surface: "api DELETE /v1/releases/<release>",
    ...TEAM,
    capability: "release.forceDelete",
    child: toDelete,
    path: ({ slug, childId }) => `/v1/releases/${childId}?tenant=${slug}&version=${VERSION}`,
    ...nothing,
  },
  {
    surface: "api PUT /v1/releases/<release>/images",
    ...PUBLISH,
    child: inState("draft"),
    input: ({ side }) => ({ repository: side.fixture.repository.name, reference: side.image.digest }),
  },
  {
    surface: "api DELETE /v1/releases/<release>/images",
    ...PUBLISH,
    child: withImage,
    path: imageOf,
    ...nothing,
  },
];
