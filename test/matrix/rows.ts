import type { Row } from "./cell.ts";
import { ACCOUNT_ROWS } from "./rows-account.ts";
import { ADMIN_ROWS, LAST_ROW } from "./rows-admin.ts";
import { OPEN_ROWS } from "./rows-open.ts";
import { REGISTRY_ROWS } from "./rows-registry.ts";
import { LEAVING_ROW, TEAM_ROWS } from "./rows-team.ts";
import { API_ROWS, TENANT_ROWS } from "./rows-tenant.ts";

/** The one table that all cells are made from. */
export const ROWS: readonly Row[] = [
  ...OPEN_ROWS,
  ...ACCOUNT_ROWS,
  ...ADMIN_ROWS,
  ...TENANT_ROWS,
  ...TEAM_ROWS,
  ...API_ROWS,
  ...REGISTRY_ROWS,
  LEAVING_ROW,
  LAST_ROW,
];
