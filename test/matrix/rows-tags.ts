import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import { pushImage } from "#lib/testing/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;

const aRepository = async ({ fixture }: Side) =>
  (await db().repository.findUniqueOrThrow({ where: { name: fixture.repository.name } })).id;
const aProduct = async ({ fixture }: Side) => (await fixture.addProduct()).id;
const aSlug = async ({ fixture }: Side) => (await fixture.addProduct()).slug;
/** A move that was made anew for the cell, so that it can be undone. */
const aMove = async ({ fixture }: Side) => {
  for (let n = 0; n < 2; n++) await pushImage(fixture.ctx, fixture.repository, ["moved"]);
  const where = { tenantId: fixture.tenant.id, name: "moved" };
  return (await db().tagEvent.findFirstOrThrow({ where, orderBy: { id: "desc" } })).id;
};
const withTag = async (side: Side) => {
  await pushImage(side.fixture.ctx, side.fixture.repository, ["deleted"]);
  return aRepository(side);
};
/** What was pushed last to be deleted. */
const images = new WeakMap<Side, string>();
const imageOf = (side: Side) => images.get(side) ?? side.image.digest;
const withImage = async (side: Side) => {
  images.set(side, (await pushImage(side.fixture.ctx, side.fixture.repository, ["image"])).digest);
  return aRepository(side);
};

const PRODUCT = "action app/t/[tenant]/products/[slug]/actions";
const RETENTION = "action app/t/[tenant]/products/[slug]/retention/actions";
const HISTORY = "action app/t/[tenant]/repositories/[id]/history/actions";
const MANIFEST = "action app/t/[tenant]/repositories/[id]/manifest/actions";
const RULE = { keepLast: 3, keepDays: null, keepPatterns: [], keepPulledDays: null, untaggedDays: null };

const none = { missing: () => "no-such-thing" };
const onProduct = ({ slug, side }: Cell) => `/t/${slug}/products/${side.fixture.product.slug}`;
const onRetention = (cell: Cell) => `${onProduct(cell)}/retention`;
const onHistory = ({ slug }: Cell) => `/t/${slug}/repositories/${newId()}/history`;
const onManifest = ({ slug }: Cell) => `/t/${slug}/repositories/${newId()}/manifest?at=1.0`;

/** Repositories and tags: their pages, their rules, what moves and deletes. */
export const TAG_ROWS: readonly Row[] = [
  {
    surface: "page /t/[tenant]/products/[slug]",
    ...TEAM,
    child: aSlug,
    ...none,
    path: ({ slug, childId }) => `/t/${slug}/products/${childId}`,
  },
  {
    surface: "page /t/[tenant]/products/[slug]/retention",
    ...TEAM,
    child: aSlug,
    ...none,
    path: ({ slug, childId }) => `/t/${slug}/products/${childId}/retention`,
  },
  { surface: "page /t/[tenant]/repositories/[id]", ...TEAM, child: aRepository },
  { surface: "page /t/[tenant]/repositories/[id]/history", ...TEAM, child: aRepository },
  { surface: "page /t/[tenant]/repositories/[id]/untagged", ...TEAM, child: aRepository },
  {
    surface: "page /t/[tenant]/repositories/[id]/manifest",
    ...TEAM,
    child: aRepository,
    path: ({ slug, childId }) => `/t/${slug}/repositories/${childId}/manifest?at=1.0`,
  },
  {
    surface: `${PRODUCT}#saveImmutableTags`,
    ...TEAM,
    capability: "product.update",
    child: aProduct,
    path: onProduct,
    input: ({ childId }) => ({ productId: childId, patterns: ["v*"] }),
  },
  {
    surface: `${RETENTION}#saveRetention`,
    ...TEAM,
    capability: "product.update",
    child: aProduct,
    path: onRetention,
    input: ({ childId }) => ({ productId: childId, enabled: false, ...RULE }),
  },
  {
    surface: `${RETENTION}#askRetention`,
    ...TEAM,
    capability: "product.view",
    child: aProduct,
    path: onRetention,
    input: ({ childId }) => ({ productId: childId, rule: RULE }),
  },
  {
    surface: `${RETENTION}#takeByRetention`,
    ...TEAM,
    capability: "registry.delete",
    child: ({ fixture }) => fixture.product.id,
    path: onRetention,
    // Of no preview: whoever may is told to look first.
    input: ({ childId, side }) => ({
      productId: childId,
      rule: RULE,
      asOf: new Date().toISOString(),
      fingerprint: "none",
      confirm: side.fixture.product.slug,
    }),
    status: 409,
  },
  {
    surface: `${HISTORY}#undoMove`,
    ...TEAM,
    capability: "registry.moveTag",
    child: aMove,
    path: onHistory,
    input: ({ childId }) => childId,
  },
  {
    surface: `${MANIFEST}#askDeletion`,
    ...TEAM,
    capability: "product.view",
    child: aRepository,
    path: onManifest,
    input: ({ childId, side }) => [childId, side.image.digest],
  },
  {
    surface: `${MANIFEST}#removeTag`,
    ...TEAM,
    capability: "registry.delete",
    child: withTag,
    path: onManifest,
    input: ({ childId }) => [childId, "deleted"],
  },
  {
    surface: `${MANIFEST}#removeImage`,
    ...TEAM,
    capability: "registry.delete",
    child: withImage,
    path: onManifest,
    input: ({ childId, side }) => [{ repositoryId: childId, digest: imageOf(side) }, imageOf(side).slice(7, 19)],
  },
];
