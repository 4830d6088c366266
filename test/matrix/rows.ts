import type { Row } from "./cell.ts";
import { ACCOUNT_ROWS } from "./rows-account.ts";
import { ADMIN_ROWS, LAST_ROW } from "./rows-admin.ts";
import { API_ROWS } from "./rows-api.ts";
import { BACKUP_API_ROWS, BACKUP_ROWS } from "./rows-backups.ts";
import { BILLING_ROWS, STORE_ROWS } from "./rows-billing.ts";
import { DIRECTORY_API_ROWS, DIRECTORY_ROWS } from "./rows-directory.ts";
import { DOWNLOAD_ROWS } from "./rows-downloads.ts";
import { ENTITLEMENT_ROWS } from "./rows-entitlements.ts";
import { EVENT_ROWS } from "./rows-events.ts";
import { INSIGHT_API_ROWS, INSIGHT_ROWS } from "./rows-insight.ts";
import { OPEN_ROWS } from "./rows-open.ts";
import { OPERATION_API_ROWS, OPERATION_ROWS } from "./rows-operations.ts";
import { POLICY_API_ROWS, POLICY_ROWS } from "./rows-policies.ts";
import { RECALL_API_ROWS, RECALL_PAGE_ROWS } from "./rows-recalls.ts";
import { REGISTRY_ROWS } from "./rows-registry.ts";
import { RELEASE_PAGE_ROWS } from "./rows-release-pages.ts";
import { RELEASE_ROWS } from "./rows-releases.ts";
import { TAG_ROWS } from "./rows-tags.ts";
import { LEAVING_ROW, TEAM_ROWS } from "./rows-team.ts";
import { TENANT_ROWS } from "./rows-tenant.ts";
import { UPLOAD_ROWS } from "./rows-uploads.ts";
import { UPSTREAM_API_ROWS, UPSTREAM_ROWS } from "./rows-upstream.ts";

/** A tenant's pages and what is done on them. */
export const INSIDE: readonly Row[] = [
  ...TENANT_ROWS,
  ...ENTITLEMENT_ROWS,
  ...TAG_ROWS,
  ...RELEASE_PAGE_ROWS,
  ...RECALL_PAGE_ROWS,
  ...INSIGHT_ROWS,
  ...OPERATION_ROWS,
  ...UPSTREAM_ROWS,
  ...BACKUP_ROWS,
  ...POLICY_ROWS,
  ...TEAM_ROWS,
  ...EVENT_ROWS,
  ...BILLING_ROWS,
  ...DIRECTORY_ROWS,
  LEAVING_ROW,
  LAST_ROW,
];

/** What stands outside them: accounts, the instance, the API and the registry. */
export const OUTSIDE: readonly Row[] = [
  ...OPEN_ROWS,
  ...ACCOUNT_ROWS,
  ...STORE_ROWS,
  ...ADMIN_ROWS,
  ...API_ROWS,
  ...RELEASE_ROWS,
  ...RECALL_API_ROWS,
  ...INSIGHT_API_ROWS,
  ...OPERATION_API_ROWS,
  ...POLICY_API_ROWS,
  ...DIRECTORY_API_ROWS,
  ...UPLOAD_ROWS,
  ...UPSTREAM_API_ROWS,
  ...BACKUP_API_ROWS,
  ...DOWNLOAD_ROWS,
  ...REGISTRY_ROWS,
];

/** The one table that all cells are made from, in two halves that are asked at the same time. */
export const ROWS: readonly Row[] = [...INSIDE, ...OUTSIDE];
