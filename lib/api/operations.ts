import { z } from "zod";
import { describeApi } from "./openapi.ts";
import { anyone, type Operation } from "./operation.ts";
import { BACKUP_OPERATIONS } from "./operations/backups.ts";
import { DIRECTORY_OPERATIONS } from "./operations/directory.ts";
import { DOWNLOAD_OPERATIONS } from "./operations/downloads.ts";
import { ENTITLEMENT_OPERATIONS } from "./operations/entitlements.ts";
import { GROUP_OPERATIONS } from "./operations/groups.ts";
import { INSIGHT_OPERATIONS } from "./operations/insight.ts";
import { MEMBER_OPERATIONS } from "./operations/members.ts";
import { POLICY_OPERATIONS } from "./operations/policies.ts";
import { PRICE_OPERATIONS } from "./operations/prices.ts";
import { PRODUCT_OPERATIONS } from "./operations/products.ts";
import { PRUNE_OPERATIONS } from "./operations/prune.ts";
import { RECALL_OPERATIONS } from "./operations/recalls.ts";
import { RELEASE_OPERATIONS } from "./operations/releases.ts";
import { RUN_OPERATIONS } from "./operations/runs.ts";
import { UPDATE_OPERATIONS } from "./operations/updates.ts";
import { UPLOAD_OPERATIONS } from "./operations/uploads.ts";
import { UPSTREAM_OPERATIONS } from "./operations/upstreams.ts";

const DOCUMENT = anyone({
  method: "GET",
  path: "/v1/openapi.json",
  summary: "Get this description as an OpenAPI 3.1 document",
  group: "Description",
  response: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }),
  answer: async () => describeApi(OPERATIONS),
});

/** Every call of the API, in the order of its page. */
export const OPERATIONS: readonly Operation[] = [
  ...PRODUCT_OPERATIONS,
  ...RELEASE_OPERATIONS,
  ...PRUNE_OPERATIONS,
  ...RECALL_OPERATIONS,
  ...UPLOAD_OPERATIONS,
  ...MEMBER_OPERATIONS,
  ...ENTITLEMENT_OPERATIONS,
  ...GROUP_OPERATIONS,
  ...DIRECTORY_OPERATIONS,
  ...PRICE_OPERATIONS,
  ...UPSTREAM_OPERATIONS,
  ...RUN_OPERATIONS,
  ...BACKUP_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...INSIGHT_OPERATIONS,
  ...DOWNLOAD_OPERATIONS,
  ...UPDATE_OPERATIONS,
  DOCUMENT,
];

/** The same as `GET /v1/members/<member>/entitlements`. */
export const API_ENDPOINTS: readonly string[] = OPERATIONS.map(
  ({ method, path }) => `${method} ${path.replaceAll("{", "<").replaceAll("}", ">")}`,
);
