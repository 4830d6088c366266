import { db } from "#lib/db/index.ts";
import { addToGroup, createGroup, giveToGroup, prepareBulk } from "#lib/entitlements/index.ts";
import { newId } from "#lib/ids.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;
const MEMBER = { audience: "member" } as const;

const newName = () => `m${newId().slice(-12)}`;
const aMember = async ({ fixture }: Side) => (await fixture.addMember()).id;
const aProduct = async ({ fixture }: Side) => (await fixture.addProduct()).id;
const slugOf = async (productId: string) =>
  (await db().product.findUnique({ where: { id: productId }, select: { slug: true } }))?.slug ?? productId;
const aSlug = async (side: Side) => slugOf(await aProduct(side));
/** With a member in it, giving a product. */
const aGroup = async ({ fixture }: Side) => {
  const { id: groupId } = await createGroup(fixture.ctx, { name: newName() });
  await giveToGroup(fixture.ctx, { groupId, productId: fixture.product.id });
  await addToGroup(fixture.ctx, { groupId, memberIds: [fixture.member.id] });
  return groupId;
};
const aBulk = async ({ fixture }: Side) => {
  const { id: productId } = fixture.product;
  return (await prepareBulk(fixture.ctx, { kind: "grant", productId, memberIds: [fixture.member.id] })).id;
};
/** One that is over: a worker would do another after its cell, and change what the next ones look at. */
const anOldBulk = async (side: Side) => {
  const id = await aBulk(side);
  await db().bulkChange.update({ where: { id }, data: { confirmedAt: new Date(), finishedAt: new Date() } });
  return id;
};
const sideProduct = ({ side }: Cell) => side.fixture.product;

const GROUPS = "action app/t/[tenant]/groups/actions";
const BULK = "action app/t/[tenant]/members/bulk/actions";

/** Who holds what, groups, changes for many, and why. */
export const ENTITLEMENT_ROWS: readonly Row[] = [
  { surface: "page /t/[tenant]/entitlements", ...TEAM },
  {
    surface: "page /t/[tenant]/entitlements/[slug]",
    ...TEAM,
    child: aSlug,
    missing: newName,
    path: ({ slug, childId }) => `/t/${slug}/entitlements/${childId}`,
  },
  {
    surface: "page /t/[tenant]/entitlements/[slug]/restriction",
    ...TEAM,
    child: aSlug,
    missing: newName,
    path: ({ slug, childId }) => `/t/${slug}/entitlements/${childId}/restriction`,
  },
  {
    surface: "page /t/[tenant]/members/[id]/why",
    ...TEAM,
    child: aMember,
    path: (cell) => `/t/${cell.slug}/members/${cell.childId}/why?product=${sideProduct(cell).slug}`,
  },
  {
    surface: "page /t/[tenant]/downloads/why",
    ...MEMBER,
    path: (cell) => `/t/${cell.slug}/downloads/why?product=${sideProduct(cell).slug}`,
  },
  { surface: "page /t/[tenant]/groups", ...TEAM },
  { surface: "page /t/[tenant]/groups/[id]", ...TEAM, child: aGroup },
  { surface: "page /t/[tenant]/members/bulk", ...TEAM },
  { surface: "page /t/[tenant]/members/bulk/[id]", ...TEAM, child: aBulk },
  { surface: `${GROUPS}#addGroup`, ...TEAM, capability: "group.manage", input: () => ({ name: newName() }) },
  {
    surface: `${GROUPS}#renameGroup`,
    ...TEAM,
    capability: "group.manage",
    child: aGroup,
    input: ({ childId }) => [childId, { name: newName(), description: "" }],
  },
  {
    surface: `${GROUPS}#removeGroup`,
    ...TEAM,
    capability: "group.manage",
    child: aGroup,
    path: ({ slug, childId }) => `/t/${slug}/groups/${childId}`,
    input: ({ childId }) => [childId],
  },
  {
    surface: `${GROUPS}#addMembers`,
    ...TEAM,
    capability: "group.manage",
    child: aGroup,
    input: ({ childId, side }) => [childId, [side.fixture.member.email]],
  },
  {
    surface: `${GROUPS}#removeMember`,
    ...TEAM,
    capability: "group.manage",
    child: aGroup,
    input: ({ childId, side }) => [childId, side.fixture.member.id],
  },
  {
    surface: `${GROUPS}#giveProduct`,
    ...TEAM,
    capability: "group.manage",
    child: aGroup,
    input: (cell) => [cell.childId, sideProduct(cell).id],
  },
  {
    surface: `${GROUPS}#takeProduct`,
    ...TEAM,
    capability: "group.manage",
    child: aGroup,
    input: (cell) => [cell.childId, sideProduct(cell).id],
  },
  {
    surface: `${BULK}#prepare`,
    ...TEAM,
    capability: "entitlement.grant",
    child: aProduct,
    input: ({ childId }) => ({ kind: "grant", productId: childId, lastDay: "", search: "" }),
  },
  {
    surface: `${BULK}#confirm`,
    ...TEAM,
    capability: "entitlement.grant",
    child: anOldBulk,
    path: ({ slug }) => `/t/${slug}/members/bulk`,
    input: ({ childId }) => childId,
  },
  {
    surface: `${BULK}#cancel`,
    ...TEAM,
    capability: "entitlement.grant",
    child: aBulk,
    path: ({ slug }) => `/t/${slug}/members/bulk`,
    input: ({ childId }) => childId,
  },
];
