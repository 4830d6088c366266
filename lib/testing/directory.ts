import { createDirectorySecret } from "#lib/directory/index.ts";
import type { Ctx } from "../context.ts";

export interface ScimAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: as it came over the wire, for a test to look into
  body: any;
}

export interface ScimClient {
  secret: string;
  get(path: string): Promise<ScimAnswer>;
  send(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<ScimAnswer>;
}

/** A directory's SCIM client, with a secret of the tenant; `url` is where the data plane listens. */
export async function scimClient(ctx: Ctx, url: string): Promise<ScimClient> {
  const { secret } = await createDirectorySecret(ctx);
  const call = async (method: string, path: string, body?: unknown): Promise<ScimAnswer> => {
    const response = await fetch(`${url}/scim/v2/${ctx.tenant.slug}${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/scim+json" },
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
  };
  return { secret, get: (path) => call("GET", path), send: call };
}

export const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
export const SCIM_USER = "urn:ietf:params:scim:schemas:core:2.0:User";
export const SCIM_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

export const patchOf = (...Operations: unknown[]) => ({ schemas: [PATCH_OP], Operations });
export const filtered = (kind: string, filter: string, more = "") =>
  `/${kind}?filter=${encodeURIComponent(filter)}${more}`;
