import { db } from "#lib/db/index.ts";
import { recallRelease } from "#lib/recalls/index.ts";
import { newRelease } from "#lib/testing/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;
const RECALL = { ...TEAM, capability: "release.recall" } as const;

/** With the words that a recall is made with. */
const WORDS = { reason: "matrix", replacement: "", notify: false };

const aProduct = async ({ fixture }: Side) => (await fixture.addProduct()).id;
const aRelease = async ({ fixture }: Side) => (await newRelease(fixture, { status: "published" })).id;
const aRecall = async (side: Side) => {
  const made = await recallRelease(side.fixture.ctx, { releaseId: await aRelease(side), reason: "matrix" });
  return made.recall.id;
};
const aRepository = async ({ fixture }: Side) =>
  (await db().repository.findUniqueOrThrow({ where: { name: fixture.repository.name } })).id;

const nothing = { input: () => ({}) };

/** Recalls by the API. */
export const RECALL_API_ROWS: readonly Row[] = [
  { surface: "api GET /v1/products/<product>/recalls", ...TEAM, capability: "release.view", child: aProduct },
  {
    surface: "api POST /v1/products/<product>/recalls",
    ...RECALL,
    child: aProduct,
    // Of another product: whoever may is told so.
    input: ({ side }) => ({ repository: side.fixture.repository.name, digest: side.image.digest, ...WORDS }),
    status: 422,
  },
  { surface: "api GET /v1/recalls/<recall>", ...TEAM, capability: "release.view", child: aRecall },
  { surface: "api GET /v1/recalls/<recall>/fetchers", ...TEAM, capability: "member.view", child: aRecall },
  { surface: "api POST /v1/recalls/<recall>/notify", ...RECALL, child: aRecall, ...nothing },
  { surface: "api POST /v1/recalls/<recall>/lift", ...RECALL, child: aRecall, input: () => ({ reason: "matrix" }) },
];

const RELEASE = "action app/t/[tenant]/products/[slug]/releases/[id]/recall-actions";
const IMAGE = "action app/t/[tenant]/repositories/[id]/manifest/recall-actions";
const ONE = "action app/t/[tenant]/products/[slug]/recalls/[id]/actions";

const onProduct = ({ slug, side }: Cell) => `/t/${slug}/products/${side.fixture.product.slug}`;
const onRelease = (cell: Cell) => `${onProduct(cell)}/releases/${cell.childId}`;
const onRecall = (cell: Cell) => `${onProduct(cell)}/recalls/${cell.childId}`;
const onImage = ({ slug, side, childId }: Cell) =>
  `/t/${slug}/repositories/${childId}/manifest?at=${side.image.digest}`;

/** Recalls: their pages, and what is done on them, on a release's and on an image's. */
export const RECALL_PAGE_ROWS: readonly Row[] = [
  {
    surface: "page /t/[tenant]/products/[slug]/recalls",
    ...TEAM,
    child: async ({ fixture }) => (await fixture.addProduct()).slug,
    missing: () => "no-such-thing",
    path: ({ slug, childId }) => `/t/${slug}/products/${childId}/recalls`,
  },
  { surface: "page /t/[tenant]/products/[slug]/recalls/[id]", ...TEAM, child: aRecall, path: onRecall },
  {
    surface: "route /t/[tenant]/products/[slug]/recalls/[id]/fetchers",
    ...TEAM,
    supportToo: true,
    child: aRecall,
    path: (cell) => `${onRecall(cell)}/fetchers`,
  },
  {
    surface: `${RELEASE}#askRecall`,
    ...TEAM,
    capability: "release.view",
    child: aRelease,
    path: onRelease,
    input: ({ childId }) => childId,
  },
  {
    surface: `${RELEASE}#recall`,
    ...RECALL,
    child: aRelease,
    path: onRelease,
    input: ({ childId }) => [childId, WORDS],
  },
  {
    surface: `${IMAGE}#askRecall`,
    ...TEAM,
    capability: "release.view",
    child: aRepository,
    path: onImage,
    input: ({ childId, side }) => [childId, side.image.digest],
  },
  {
    surface: `${IMAGE}#recall`,
    ...RECALL,
    child: aRepository,
    path: onImage,
    input: ({ childId, side }) => [{ repositoryId: childId, digest: side.image.digest }, WORDS],
  },
  { surface: `${ONE}#notify`, ...RECALL, child: aRecall, path: onRecall, input: ({ childId }) => childId },
  { surface: `${ONE}#lift`, ...RECALL, child: aRecall, path: onRecall, input: ({ childId }) => [childId, "matrix"] },
];
