import type { Row } from "./cell.ts";
import { ADMIN_ROWS, LAST_ROW } from "./rows-admin.ts";
import { OPEN_ROWS } from "./rows-open.ts";
import { REGISTRY_ROWS } from "./rows-registry.ts";
import { API_ROWS, TENANT_ROWS } from "./rows-tenant.ts";

/** The one table that all cells are made from. */
export const ROWS: readonly Row[] = [
  ...OPEN_ROWS,
  ...ADMIN_ROWS,
  ...TENANT_ROWS,
  ...API_ROWS,
  ...REGISTRY_ROWS,
  LAST_ROW,
];
