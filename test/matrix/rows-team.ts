import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import { newUser } from "#lib/testing/index.ts";
import type { Cell, Row } from "./cell.ts";
import { roleIn, type Side } from "./world.ts";

const TEAM = { audience: "team" } as const;

const address = () => `m${newId()}@example.com`;
const aPerson = async ({ fixture: { tenant } }: Side) => {
  const { id: userId } = await newUser();
  const data = { tenantId: tenant.id, userId, role: "operator" } as const;
  return (await db().tenantMembership.create({ data, select: { id: true } })).id;
};
// Not by the verb, which sends a hundred letters an hour and no more.
const anInvitation = async ({ fixture: { tenant } }: Side) => {
  const expiresAt = new Date(Date.now() + 3_600_000);
  const link = { tokenHash: newId(), invitedBy: "the matrix", expiresAt };
  const data = { tenantId: tenant.id, email: address(), role: "readonly", ...link } as const;
  return (await db().invitation.create({ data, select: { id: true } })).id;
};
const onProducts = ({ slug }: Cell) => `/t/${slug}/products`;

const HERE = "action app/t/[tenant]";

/** Teams, settings, and what leads to and out of a workspace. */
export const TEAM_ROWS: readonly Row[] = [
  { surface: "page /t/[tenant]/team", ...TEAM },
  { surface: "page /t/[tenant]/team/roles", ...TEAM },
  { surface: "page /t/[tenant]/settings", ...TEAM },
  {
    surface: `${HERE}/team/actions#invite`,
    ...TEAM,
    capability: "team.invite",
    input: () => ({ email: address(), role: "readonly" }),
  },
  {
    surface: `${HERE}/team/actions#resend`,
    ...TEAM,
    capability: "team.invite",
    child: anInvitation,
    input: ({ childId }) => childId,
  },
  {
    surface: `${HERE}/team/actions#withdraw`,
    ...TEAM,
    capability: "team.invite",
    child: anInvitation,
    input: ({ childId }) => childId,
  },
  {
    surface: `${HERE}/team/actions#giveRole`,
    ...TEAM,
    capability: "team.changeRole",
    child: aPerson,
    input: ({ childId }) => ({ membershipId: childId, role: "readonly" }),
  },
  {
    surface: `${HERE}/team/actions#remove`,
    ...TEAM,
    capability: "team.remove",
    child: aPerson,
    input: ({ childId }) => childId,
  },
  {
    surface: `${HERE}/settings/actions#saveSettings`,
    ...TEAM,
    capability: "tenant.update",
    input: ({ side }) => ({
      name: side.fixture.tenant.name,
      graceDays: 8,
      storefrontEnabled: false,
      endlessTokens: false,
    }),
  },
  {
    // What it is already: an archived workspace would be closed to the cells that follow.
    surface: `${HERE}/settings/actions#setArchived`,
    ...TEAM,
    capability: "tenant.archive",
    input: () => ({ archived: false }),
  },
  {
    surface: `${HERE}/settings/actions#deleteWorkspace`,
    ...TEAM,
    capability: "tenant.delete",
    input: () => ({ name: "the name of another" }),
    status: 422,
  },
  { surface: `${HERE}/actions#keepWorkspace`, ...TEAM, capability: "tenant.delete", path: onProducts },
  {
    surface: `${HERE}/actions#findWorkspaces`,
    audience: "member",
    supportToo: true,
    path: ({ slug }) => `/t/${slug}`,
    input: () => "tenant",
  },
  { surface: "page /tenants/new", audience: "person" },
  {
    surface: "action app/tenants/new/actions#registerWorkspace",
    audience: "person",
    input: () => ({ name: "Matrix", slug: `m${newId().slice(-12)}` }),
  },
  { surface: "page /invitation", audience: "anyone" },
  { surface: "action app/invitation/actions#accept", audience: "person", input: () => "no link", status: 404 },
  {
    surface: "action app/invitation/actions#acceptAsNewUser",
    audience: "anyone",
    input: () => ["no link", { name: "Nobody", password: "a password for the matrix" }],
    status: 404,
  },
  { surface: "page /store/[tenant]", audience: "anyone", status: 404 },
];

/** Asked after the others: whoever leaves is not on the team for what would follow. The only owner stays. */
export const LEAVING_ROW: Row = { surface: `${HERE}/team/actions#leave`, ...TEAM, status: leaving };

function leaving({ actor, target }: Cell): number {
  if (actor === "support") return 404;
  return roleIn(actor, target.tenant === "b" ? "b" : "a") === "owner" ? 409 : 200;
}
