import { addToGroup, createGroup, giveToGroup, grantEntitlement } from "#lib/entitlements/index.ts";
import { newId } from "#lib/ids.ts";
import { mapForTest, newUser } from "#lib/testing/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;

const MAPPING = { capability: "billing.mapPrices" } as const;

const newName = () => `m${newId().slice(-12)}`;
const aMember = async ({ fixture }: Side) => (await fixture.addMember()).id;
const aProduct = async ({ fixture }: Side) => (await fixture.addProduct()).id;
const aGrant = async ({ fixture }: Side) => {
  const member = await fixture.addMember();
  const { grant } = await grantEntitlement(fixture.ctx, { memberId: member.id, productId: fixture.product.id });
  return grant.id;
};
/** A product that a price of its name gives already: Stripe need not be asked. */
const aMappedProduct = async ({ fixture }: Side) => {
  const product = await fixture.addProduct();
  await mapForTest(fixture, product);
  return product.slug;
};
const aPrice = async ({ fixture }: Side) => mapForTest(fixture, await fixture.addProduct());
/** Somebody with an account whose address is known to be theirs. */
const anAddress = async () => (await newUser({ emailVerifiedAt: new Date() })).email;
/** With a member in it, giving a product. */
const aGroup = async ({ fixture }: Side) => {
  const { id: groupId } = await createGroup(fixture.ctx, { name: newName() });
  await giveToGroup(fixture.ctx, { groupId, productId: fixture.product.id });
  await addToGroup(fixture.ctx, { groupId, memberIds: [fixture.member.id] });
  return groupId;
};
const GROUP = { ...TEAM, capability: "group.manage", child: aGroup } as const;
const isOwn = ({ target }: Cell) => target.child === null || target.child === "own";

export const API_ROWS: readonly Row[] = [
  { surface: "page /developers", audience: "anyone" },
  { surface: "api GET /v1/openapi.json", audience: "anyone" },
  { surface: "api GET /v1/products", ...TEAM, capability: "product.view" },
  {
    surface: "api POST /v1/products",
    ...TEAM,
    capability: "product.create",
    input: () => ({ name: "Matrix", slug: newName() }),
  },
  { surface: "api GET /v1/products/<product>", ...TEAM, capability: "product.view", child: aProduct },
  {
    surface: "api PATCH /v1/products/<product>",
    ...TEAM,
    capability: "product.restrict",
    child: aProduct,
    input: () => ({ requiresEntitlement: true }),
  },
  {
    surface: "api GET /v1/products/<product>/entitlements",
    ...TEAM,
    capability: "entitlement.view",
    child: aProduct,
  },
  { surface: "api GET /v1/members", ...TEAM, capability: "member.view" },
  {
    surface: "api POST /v1/members",
    ...TEAM,
    capability: "member.invite",
    // Nobody's of a tenant: one that there is for the cells that may, one that there is not for the others.
    child: anAddress,
    missing: () => `${newName()}@example.com`,
    input: (cell) => ({ email: isOwn(cell) ? cell.childId : `${newName()}@example.com`, kind: "lifetime" }),
  },
  { surface: "api GET /v1/members/<member>", ...TEAM, capability: "member.view", child: aMember },
  {
    surface: "api PUT /v1/members/<member>/suspension",
    ...TEAM,
    capability: "member.suspend",
    child: aMember,
    input: () => ({ reason: "matrix" }),
  },
  {
    surface: "api DELETE /v1/members/<member>/suspension",
    ...TEAM,
    capability: "member.suspend",
    child: aMember,
    input: () => ({}),
  },
  { surface: "api GET /v1/members/<member>/entitlements", ...TEAM, capability: "entitlement.view", child: aMember },
  {
    surface: "api POST /v1/entitlements",
    ...TEAM,
    capability: "entitlement.grant",
    child: aMember,
    input: ({ childId, side }) => ({ memberId: childId, productId: side.fixture.product.id }),
  },
  {
    surface: "api DELETE /v1/entitlements/<entitlement>",
    ...TEAM,
    capability: "entitlement.revoke",
    child: aGrant,
    input: () => ({}),
  },
  {
    surface: "api GET /v1/access",
    ...TEAM,
    capability: "entitlement.view",
    child: aMember,
    path: ({ slug, side, childId }) =>
      `/v1/access?tenant=${slug}&product=${side.fixture.product.slug}&member=${childId}`,
  },
  { surface: "api GET /v1/groups", ...TEAM, capability: "group.view" },
  { surface: "api POST /v1/groups", ...TEAM, capability: "group.manage", input: () => ({ name: newName() }) },
  { surface: "api GET /v1/groups/<group>", ...TEAM, capability: "group.view", child: aGroup },
  { surface: "api PATCH /v1/groups/<group>", ...GROUP, input: () => ({ name: newName() }) },
  { surface: "api DELETE /v1/groups/<group>", ...GROUP, input: () => ({}) },
  { surface: "api GET /v1/groups/<group>/members", ...TEAM, capability: "group.view", child: aGroup },
  {
    surface: "api POST /v1/groups/<group>/members",
    ...GROUP,
    input: ({ side }) => ({ emails: [side.fixture.member.email] }),
  },
  {
    surface: "api DELETE /v1/groups/<group>/members/<member>",
    ...GROUP,
    path: ({ slug, side, childId }) => `/v1/groups/${childId}/members/${side.fixture.member.id}?tenant=${slug}`,
    input: () => ({}),
  },
  {
    surface: "api PUT /v1/groups/<group>/products/<product>",
    ...GROUP,
    path: ({ slug, side, childId }) => `/v1/groups/${childId}/products/${side.fixture.product.slug}?tenant=${slug}`,
    input: () => ({}),
  },
  {
    surface: "api DELETE /v1/groups/<group>/products/<product>",
    ...GROUP,
    path: ({ slug, side, childId }) => `/v1/groups/${childId}/products/${side.fixture.product.slug}?tenant=${slug}`,
    input: () => ({}),
  },
  { surface: "api GET /v1/prices", ...TEAM, capability: "billing.view" },
  {
    // No account is connected yet: who may is told so.
    surface: "api PUT /v1/prices/<price>",
    ...TEAM,
    ...MAPPING,
    path: ({ slug }) => `/v1/prices/price_matrix?tenant=${slug}`,
    input: ({ side }) => ({ membership: false, productIds: [side.fixture.product.id] }),
    status: 409,
  },
  { surface: "api DELETE /v1/prices/<price>", ...TEAM, ...MAPPING, child: aPrice, missing: () => `price_${newName()}` },
  {
    surface: "api PUT /v1/prices/<price>/products/<product>",
    ...TEAM,
    ...MAPPING,
    child: aMappedProduct,
    missing: newName,
    path: ({ slug, childId }) => `/v1/prices/price_${childId}/products/${childId}?tenant=${slug}`,
  },
  {
    surface: "api DELETE /v1/prices/<price>/products/<product>",
    ...TEAM,
    ...MAPPING,
    child: aMappedProduct,
    missing: newName,
    path: ({ slug, childId }) => `/v1/prices/price_${childId}/products/${childId}?tenant=${slug}`,
  },
];
