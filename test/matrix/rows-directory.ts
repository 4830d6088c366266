import { db } from "#lib/db/index.ts";
import { createGroup } from "#lib/entitlements/index.ts";
import { newId } from "#lib/ids.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;
const GROUPS = "action app/t/[tenant]/groups/actions";
const SETTINGS = "action app/t/[tenant]/providers/directory/settings/actions";

const newName = () => `d${newId().slice(-12)}`;
const aGroup = async ({ fixture }: Side) => (await createGroup(fixture.ctx, { name: newName() })).id;
const aSecret = async ({ fixture }: Side) => {
  const data = { tenantId: fixture.tenant.id, secretHash: newId(), hint: "abcd", createdBy: "x" };
  return (await db().directorySecret.create({ data })).id;
};
const ofGroup = ({ slug, childId }: Cell) => `/t/${slug}/groups/${childId}`;

/** Two secrets hold at once at most: whoever asks for a third is told so. */
const made = new Map<string, number>();
const twoAtMost = ({ slug }: Cell) => {
  const count = (made.get(slug) ?? 0) + 1;
  made.set(slug, count);
  return count <= 2 ? 200 : 409;
};

/** A tenant's directory: what its own client asks, with a secret that nobody of the matrix has, and the team's pages of it. */
export const DIRECTORY_ROWS: readonly Row[] = [
  {
    surface: "route /scim/v2/[tenant]/[[...path]]",
    audience: "anyone",
    path: ({ side }) => `/scim/v2/${side.fixture.tenant.slug}/Users`,
    status: 401,
  },
  { surface: "page /t/[tenant]/providers/directory/settings", ...TEAM },
  { surface: `${SETTINGS}#newSecret`, ...TEAM, capability: "provider.manage", status: twoAtMost },
  {
    surface: `${SETTINGS}#revokeSecret`,
    ...TEAM,
    capability: "provider.manage",
    child: aSecret,
    path: ({ slug }) => `/t/${slug}/providers/directory/settings`,
    input: ({ childId }) => childId,
  },
  {
    surface: `${SETTINGS}#saveClaims`,
    ...TEAM,
    capability: "provider.manage",
    input: () => ({ provider: null, claim: newName() }),
  },
  {
    surface: `${SETTINGS}#previewEnd`,
    ...TEAM,
    capability: "provider.manage",
    input: () => ({ groups: "keep" }),
  },
  {
    surface: `${SETTINGS}#disconnect`,
    ...TEAM,
    capability: "provider.manage",
    input: () => ({ groups: "keep" }),
  },
  { surface: `${SETTINGS}#previewDirectory`, ...TEAM, capability: "group.sync" },
  { surface: `${SETTINGS}#startSync`, ...TEAM, capability: "group.sync", later: true },
  {
    surface: `${GROUPS}#addClaimGroup`,
    ...TEAM,
    capability: "group.manage",
    input: () => ({ name: newName(), value: newName() }),
  },
  {
    surface: `${GROUPS}#previewChange`,
    ...TEAM,
    capability: "group.manage",
    child: aGroup,
    path: ofGroup,
    input: ({ childId }) => ({ change: "delete", groupId: childId }),
  },
  {
    surface: `${GROUPS}#previewRole`,
    ...TEAM,
    capability: "group.manage",
    child: aGroup,
    path: ofGroup,
    input: ({ childId }) => [childId, "readonly"],
  },
  {
    surface: `${GROUPS}#setRole`,
    ...TEAM,
    capability: "group.manage",
    child: aGroup,
    path: ofGroup,
    input: ({ childId }) => [childId, "readonly"],
  },
];

/** The same over the API. */
export const DIRECTORY_API_ROWS: readonly Row[] = [
  { surface: "api GET /v1/providers/directory", ...TEAM, capability: "provider.view" },
  {
    surface: "api PUT /v1/providers/directory/claim",
    ...TEAM,
    capability: "provider.manage",
    input: () => ({ provider: null, claim: newName() }),
  },
  {
    surface: "api POST /v1/providers/directory/groups",
    ...TEAM,
    capability: "group.manage",
    input: () => ({ name: newName(), value: newName() }),
  },
  {
    surface: "api POST /v1/providers/directory/groups/sync",
    ...TEAM,
    capability: "group.sync",
    later: true,
    input: () => ({}),
  },
  {
    surface: "api DELETE /v1/providers/directory/secrets/<secret>",
    ...TEAM,
    capability: "provider.manage",
    child: aSecret,
    input: () => ({}),
  },
  { surface: "api DELETE /v1/providers/directory", ...TEAM, capability: "provider.manage", input: () => ({}) },
  {
    surface: "api PUT /v1/groups/<group>/role",
    ...TEAM,
    capability: "group.manage",
    child: aGroup,
    input: () => ({ role: null }),
  },
];
