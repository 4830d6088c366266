import { db } from "#lib/db/index.ts";
import { grantEntitlement } from "#lib/entitlements/index.ts";
import { newId } from "#lib/ids.ts";
import { personalToken, robotToken } from "#lib/testing/index.ts";
import type { Row } from "./cell.ts";
import type { Side, Somebody } from "./world.ts";

const TEAM = { audience: "team" } as const;
const MEMBER = { audience: "member" } as const;

const newName = () => `m${newId().slice(-12)}`;
const aMember = async ({ fixture }: Side) => (await fixture.addMember()).id;
const aProduct = async ({ fixture }: Side) => (await fixture.addProduct()).id;
const aGrant = async ({ fixture }: Side) => {
  const member = await fixture.addMember();
  const { grant } = await grantEntitlement(fixture.ctx, { memberId: member.id, productId: fixture.product.id });
  return grant.id;
};
const aRobot = async ({ fixture }: Side) => (await robotToken(fixture.ctx, ["registry.pull"])).id;
const ownToken = async (_side: Side, person: Somebody) => {
  // A person holds a hundred tokens at most.
  await db().accessToken.deleteMany({ where: { userId: person.id, name: "test", id: { not: person.tokenId } } });
  return (await personalToken(person)).id;
};

const PRODUCTS = "action app/t/[tenant]/products/actions";
const MEMBERS = "action app/t/[tenant]/members/[id]/actions";
const TOKENS = "action app/t/[tenant]/downloads/tokens/actions";
const ROBOTS = "action app/t/[tenant]/settings/robots/actions";

/** The dashboard and the portal: pages, then what can be done on them. */
export const TENANT_ROWS: readonly Row[] = [
  { surface: "page /t/[tenant]", ...MEMBER, supportToo: true, status: 307 },
  { surface: "page /t/[tenant]/audit", ...TEAM },
  { surface: "page /t/[tenant]/downloads", ...MEMBER },
  { surface: "page /t/[tenant]/downloads/tokens", ...MEMBER },
  { surface: "page /t/[tenant]/downloads/history", ...MEMBER },
  { surface: "page /t/[tenant]/members", ...TEAM },
  { surface: "page /t/[tenant]/members/[id]", ...TEAM, child: aMember },
  { surface: "page /t/[tenant]/products", ...TEAM },
  { surface: "page /t/[tenant]/settings/robots", ...TEAM },
  { surface: "page /t/[tenant]/settings/storage", ...TEAM },
  {
    surface: `${PRODUCTS}#addProduct`,
    ...TEAM,
    capability: "product.create",
    input: () => ({ name: "Matrix", slug: newName() }),
  },
  {
    surface: `${PRODUCTS}#setRestriction`,
    ...TEAM,
    capability: "product.restrict",
    child: aProduct,
    input: ({ childId }) => ({ productId: childId, requiresEntitlement: true, keepAccess: true }),
  },
  {
    surface: `${PRODUCTS}#askWhoIsAffected`,
    ...TEAM,
    capability: "entitlement.view",
    child: aProduct,
    input: ({ childId }) => childId,
  },
  {
    surface: `${MEMBERS}#grant`,
    ...TEAM,
    capability: "entitlement.grant",
    child: aMember,
    input: ({ childId, side }) => [
      childId,
      { productId: side.fixture.product.id, reason: "matrix", firstDay: "", lastDay: "", change: false },
    ],
  },
  {
    surface: `${MEMBERS}#revoke`,
    ...TEAM,
    capability: "entitlement.revoke",
    child: aGrant,
    path: ({ slug, side }) => `/t/${slug}/members/${side.fixture.member.id}`,
    input: ({ childId }) => ({ entitlementId: childId, reason: "matrix" }),
  },
  {
    surface: `${MEMBERS}#suspend`,
    ...TEAM,
    capability: "member.suspend",
    child: aMember,
    input: ({ childId }) => [childId, { reason: "matrix" }],
  },
  {
    surface: `${MEMBERS}#unsuspend`,
    ...TEAM,
    capability: "member.suspend",
    child: aMember,
    input: ({ childId }) => [childId, { reason: "" }],
  },
  {
    surface: `${TOKENS}#createToken`,
    ...MEMBER,
    input: () => ({ name: "test", scopes: ["registry.pull"], productIds: [], expiresInDays: 30 }),
  },
  {
    surface: `${TOKENS}#rotateToken`,
    ...MEMBER,
    child: ownToken,
    input: ({ childId }) => ({ tokenId: childId, overlapHours: 1, expiresInDays: 30 }),
  },
  { surface: `${TOKENS}#revokeToken`, ...MEMBER, child: ownToken, input: ({ childId }) => childId },
  {
    surface: `${ROBOTS}#createRobot`,
    ...TEAM,
    capability: "token.create",
    input: () => ({ name: newName(), scopes: ["registry.pull"], productIds: [], expiresInDays: 30 }),
  },
  {
    surface: `${ROBOTS}#rotateRobot`,
    ...TEAM,
    capability: "token.create",
    child: aRobot,
    input: ({ childId }) => ({ tokenId: childId, overlapHours: 1, expiresInDays: 30 }),
  },
  {
    surface: `${ROBOTS}#revokeRobot`,
    ...TEAM,
    capability: "token.revoke",
    child: aRobot,
    input: ({ childId }) => childId,
  },
];
