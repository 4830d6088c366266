import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import { createRelease, publishRelease, tieImage, yankRelease } from "#lib/releases/index.ts";
import { publishAsset } from "#lib/testing/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;
const MEMBER = { audience: "member" } as const;

/** A version that no release had before. */
const newVersion = () => `1.0.0-m${newId().slice(-12)}`;

async function aDraft({ fixture }: Side): Promise<string> {
  return (await createRelease(fixture.ctx, { productId: fixture.product.id, version: newVersion() })).id;
}

async function published(side: Side): Promise<string> {
  const releaseId = await aDraft(side);
  await publishRelease(side.fixture.ctx, { releaseId });
  return releaseId;
}

async function yanked(side: Side): Promise<string> {
  const releaseId = await published(side);
  await yankRelease(side.fixture.ctx, { releaseId, reason: "matrix" });
  return releaseId;
}

const repositoryOf = async ({ fixture }: Side) =>
  (await db().repository.findUniqueOrThrow({ where: { name: fixture.repository.name } })).id;

/** The repository and the image of a cell's own tenant, whatever release it names. */
const images = new WeakMap<Side, { repositoryId: string; digest: string }>();
async function withImage(side: Side): Promise<string> {
  images.set(side, { repositoryId: await repositoryOf(side), digest: side.image.digest });
  return aDraft(side);
}
async function withTie(side: Side): Promise<string> {
  const releaseId = await withImage(side);
  const { repositoryId, digest } = imageOf(side);
  await tieImage(side.fixture.ctx, { releaseId, repositoryId, reference: digest });
  return releaseId;
}
const imageOf = (side: Side) => images.get(side) ?? { repositoryId: newId(), digest: side.image.digest };

const aFile = async ({ fixture }: Side) => (await publishAsset(fixture, { product: fixture.product })).id;
const aDraftsFile = async ({ fixture }: Side) =>
  (await publishAsset(fixture, { product: fixture.product, status: "draft" })).id;

const LIST = "action app/t/[tenant]/products/[slug]/releases/actions";
const ONE = "action app/t/[tenant]/products/[slug]/releases/[id]/actions";
const PRUNE = "action app/t/[tenant]/products/[slug]/releases/prune/actions";

const PORTAL = "action app/t/[tenant]/downloads/products/[slug]/actions";

const none = { missing: () => "no-such-thing" };
const onProduct = ({ slug, side }: Cell) => `/t/${slug}/products/${side.fixture.product.slug}`;
const onReleases = (cell: Cell) => `${onProduct(cell)}/releases`;
const onRelease = (cell: Cell) => `${onReleases(cell)}/${newId()}`;
const onPrune = (cell: Cell) => `${onReleases(cell)}/prune`;
const onPortal = ({ slug, side }: Cell) => `/t/${slug}/downloads/products/${side.fixture.product.slug}`;
const aSlug = async ({ fixture }: Side) => (await fixture.addProduct()).slug;
const aProduct = async ({ fixture }: Side) => (await fixture.addProduct()).id;

const change = { ...TEAM, capability: "release.publish", path: onRelease } as const;

/** Releases: their pages for the team and for members, and what is done on them. */
export const RELEASE_PAGE_ROWS: readonly Row[] = [
  {
    surface: "page /t/[tenant]/products/[slug]/releases",
    ...TEAM,
    child: aSlug,
    ...none,
    path: ({ slug, childId }) => `/t/${slug}/products/${childId}/releases`,
  },
  {
    surface: "page /t/[tenant]/products/[slug]/releases/prune",
    ...TEAM,
    child: aSlug,
    ...none,
    path: ({ slug, childId }) => `/t/${slug}/products/${childId}/releases/prune`,
  },
  {
    surface: "page /t/[tenant]/products/[slug]/releases/[id]",
    ...TEAM,
    child: aDraft,
    path: (cell) => `${onReleases(cell)}/${cell.childId}`,
  },
  {
    surface: "page /t/[tenant]/downloads/products/[slug]",
    ...MEMBER,
    child: aSlug,
    ...none,
    path: ({ slug, childId }) => `/t/${slug}/downloads/products/${childId}`,
  },
  {
    surface: `${LIST}#addRelease`,
    ...TEAM,
    capability: "release.publish",
    child: aProduct,
    path: onReleases,
    input: ({ childId }) => [childId, { version: newVersion(), channel: "", notes: "" }],
  },
  {
    surface: `${PRUNE}#askPrune`,
    ...TEAM,
    capability: "release.view",
    child: aProduct,
    path: onPrune,
    input: ({ childId }) => [childId, { keepLast: 3 }],
  },
  {
    surface: `${PRUNE}#prune`,
    ...TEAM,
    capability: "release.prune",
    child: aProduct,
    path: onPrune,
    input: ({ childId }) => [childId, { rule: { keepLast: 3 }, expected: [] }],
  },
  { surface: `${ONE}#saveNotes`, ...change, child: aDraft, input: ({ childId }) => [childId, "matrix"] },
  { surface: `${ONE}#publish`, ...change, child: aDraft, input: ({ childId }) => childId },
  {
    surface: `${ONE}#yank`,
    ...change,
    capability: "release.archive",
    child: published,
    input: ({ childId }) => [childId, "matrix"],
  },
  {
    surface: `${ONE}#archive`,
    ...change,
    capability: "release.archive",
    child: aDraft,
    input: ({ childId }) => [childId, ""],
  },
  {
    surface: `${ONE}#restore`,
    ...change,
    capability: "release.restore",
    child: yanked,
    input: ({ childId }) => childId,
  },
  {
    surface: `${ONE}#forceDelete`,
    ...change,
    capability: "release.forceDelete",
    child: aDraft,
    // Not the version: whoever may is told to type it.
    input: ({ childId }) => [childId, "matrix"],
    status: 422,
  },
  {
    surface: `${ONE}#tieTo`,
    ...change,
    child: withImage,
    input: ({ childId, side }) => [
      childId,
      { repositoryId: imageOf(side).repositoryId, reference: imageOf(side).digest },
    ],
  },
  {
    surface: `${ONE}#untieFrom`,
    ...change,
    child: withTie,
    input: ({ childId, side }) => [childId, imageOf(side)],
  },
  {
    surface: `${ONE}#askTicket`,
    ...change,
    child: aDraft,
    input: ({ childId }) => [childId, { filename: "matrix.tar", size: 10 }],
  },
  {
    surface: `${ONE}#changeFile`,
    ...change,
    child: aDraftsFile,
    input: ({ childId }) => [childId, { os: "linux", arch: "amd64", signsId: "" }],
  },
  { surface: `${ONE}#removeFile`, ...change, child: aDraftsFile, input: ({ childId }) => childId },
  { surface: `${PORTAL}#linkToFile`, ...MEMBER, child: aFile, path: onPortal, input: ({ childId }) => childId },
];
