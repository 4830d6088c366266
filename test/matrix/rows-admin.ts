import { freshTenant, newUser } from "#lib/testing/index.ts";
import type { Row } from "./cell.ts";

const ADMIN = { audience: "admin" } as const;

// A tenant of its own: whoever enters it is let in from then on.
const aTenant = async () => (await freshTenant()).tenant.id;
const aUser = async () => (await newUser()).id;
const anAdmin = async () => (await newUser({ isInstanceAdmin: true })).id;

/** The instance, for its admins alone. */
export const ADMIN_ROWS: readonly Row[] = [
  { surface: "page /admin", ...ADMIN, status: 307 },
  { surface: "page /admin/audit", ...ADMIN },
  { surface: "page /admin/health", ...ADMIN },
  { surface: "page /admin/outbox", ...ADMIN },
  { surface: "page /admin/storage", ...ADMIN },
  { surface: "page /admin/tenants", ...ADMIN },
  { surface: "page /admin/tenants/[id]", ...ADMIN, child: aTenant },
  { surface: "page /admin/users", ...ADMIN },
  {
    surface: "action app/admin/storage/actions#startCleanup",
    ...ADMIN,
    input: () => ({ dry: true }),
  },
  {
    surface: "action app/admin/tenants/[id]/actions#saveQuota",
    ...ADMIN,
    child: aTenant,
    input: ({ childId }) => [childId, { ownQuota: true, quotaBytes: 1e9, quotaRepositories: null }],
  },
  {
    surface: "action app/admin/tenants/[id]/actions#enter",
    ...ADMIN,
    child: aTenant,
    input: ({ childId }) => [childId, { reason: "asked for help by mail", minutes: 15 }],
  },
  {
    surface: "action app/admin/users/actions#makeAdmin",
    ...ADMIN,
    child: aUser,
    input: ({ childId }) => childId,
  },
  {
    surface: "action app/admin/users/actions#removeAdmin",
    ...ADMIN,
    child: anAdmin,
    input: ({ childId }) => childId,
  },
];

/** Asked last, since who was there for support is gone after it. Nobody else has anything to leave. */
export const LAST_ROW: Row = {
  surface: "action app/t/[tenant]/support-actions#leaveSupport",
  audience: "team",
  // On the layout of every page of the team's; a member may open the one that it lies beside.
  path: ({ slug }) => `/t/${slug}/products`,
  status: ({ actor }) => (actor === "support" ? 200 : 404),
};
