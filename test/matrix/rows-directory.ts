import type { Row } from "./cell.ts";

/** A tenant's directory: what its own client asks, with a secret that nobody of the matrix has, and the team's pages of it. */
export const DIRECTORY_ROWS: readonly Row[] = [
  {
    surface: "route /scim/v2/[tenant]/[[...path]]",
    audience: "anyone",
    path: ({ side }) => `/scim/v2/${side.fixture.tenant.slug}/Users`,
    status: 401,
  },
];
