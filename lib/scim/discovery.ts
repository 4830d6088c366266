import SCIMMY from "scimmy";
import { notFound } from "../errors.ts";
import type { JsonObject } from "./body.ts";
import type { Call, Said } from "./call.ts";
import { GROUP_SCHEMA } from "./group.ts";
import { listOf } from "./query.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "./user.ts";

/** What can be done here (RFC 7643, section 5). */
function serviceProviderConfig(base: string): JsonObject {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 200 },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: false },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "Bearer token",
        description: "The secret of the workspace's directory, as Authorization: Bearer.",
        specUri: "https://www.rfc-editor.org/info/rfc6750",
        primary: true,
      },
    ],
    meta: { resourceType: "ServiceProviderConfig", location: `${base}/ServiceProviderConfig` },
  };
}

function resourceTypes(base: string): JsonObject[] {
  const type = (name: string, schema: string, more: JsonObject = {}): JsonObject => ({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    id: name,
    name,
    endpoint: `/${name}s`,
    schema,
    ...more,
    meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/${name}` },
  });
  const schemaExtensions = [{ schema: ENTERPRISE_SCHEMA, required: false }];
  return [type("User", USER_SCHEMA, { schemaExtensions }), type("Group", GROUP_SCHEMA)];
}

// What the library knows of each schema holds for every tenant; only where it is to be found is a tenant's own.
const SCHEMAS = [SCIMMY.Schemas.User, SCIMMY.Schemas.EnterpriseUser, SCIMMY.Schemas.Group].map(
  ({ definition }) => JSON.parse(JSON.stringify(definition.describe())) as JsonObject,
);

function schemas(base: string): JsonObject[] {
  return SCHEMAS.map((schema) => {
    return { ...schema, meta: { resourceType: "Schema", location: `${base}/Schemas/${String(schema.id)}` } };
  });
}

const LISTS: Record<string, (base: string) => JsonObject[]> = { ResourceTypes: resourceTypes, Schemas: schemas };

/** What a client reads before it begins; null for what is no such path. @throws not_found for an unknown id */
export function discovered({ base }: Call, [kind = "", id]: readonly string[]): Said | null {
  if (kind === "ServiceProviderConfig" && id === undefined) return { status: 200, body: serviceProviderConfig(base) };
  const all = Object.hasOwn(LISTS, kind) ? LISTS[kind]?.(base) : undefined;
  if (!all) return null;
  if (id === undefined) return { status: 200, body: listOf(all, { startIndex: 1, total: all.length }) };
  const one = all.find((resource) => resource.id === id);
  if (!one) throw notFound(kind === "Schemas" ? "schema" : "resource type");
  return { status: 200, body: one };
}
