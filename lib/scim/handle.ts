import { findDirectory, noteDirectoryRequest } from "#lib/directory/index.ts";
import { currentRequest, rawPathOf } from "#lib/http/index.ts";
import type { Ctx } from "../context.ts";
import { env } from "../env.ts";
import { notFound, unauthenticated } from "../errors.ts";
import type { Call, Resource, Said } from "./call.ts";
import { discovered } from "./discovery.ts";
import { SCIM_JSON, ScimError, scimErrorResponse } from "./error.ts";
import { GROUPS } from "./groups.ts";
import { countScimCall, countScimFailure } from "./limits.ts";
import { USERS } from "./users.ts";

const RESOURCES: Record<string, Resource> = { Users: USERS, Groups: GROUPS };

/**
 * SCIM 2.0 under /scim/v2/<tenant> (RFC 7643, RFC 7644): a tenant's identity provider says who there is. Errors are SCIM's.
 * What was asked, and what came of it, is kept for the team to see.
 */
export async function handleScim(request: Request): Promise<Response> {
  let ctx: Ctx | null = null;
  try {
    const [slug = "", ...path] = segmentsOf(request);
    ctx = await directoryOf(request, slug);
    await countScimCall(ctx.tenant.id);
    const base = `${env().PUBLIC_URL}/scim/v2/${ctx.tenant.slug}`;
    const said = await answer({ ctx, request, base }, path);
    await note(request, ctx, { status: said.status, error: null });
    return responseOf(request, said);
  } catch (error) {
    const { response, detail } = scimErrorResponse(error);
    if (ctx) await note(request, ctx, { status: response.status, error: detail }).catch(() => undefined);
    return response;
  }
}

/** @throws unauthenticated in the same words whatever is wrong; limit_exceeded after too many of them */
async function directoryOf(request: Request, slug: string): Promise<Ctx> {
  const { requestId, address } = currentRequest();
  const secret = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const found = secret ? await findDirectory(slug, secret) : null;
  if (found) return { ...found, requestId, now: new Date() };
  await countScimFailure(address);
  throw unauthenticated("Send Authorization: Bearer with the secret of this directory.");
}

/** The path's parts after /scim/v2. @throws ScimError for one that is not encoded as it should be */
function segmentsOf(request: Request): string[] {
  const parts = rawPathOf(request).replace(/\/$/, "").split("/").slice(3);
  try {
    return parts.map(decodeURIComponent);
  } catch {
    throw new ScimError(400, "invalidSyntax", "The path can't be read.");
  }
}

async function answer(call: Call, path: readonly string[]): Promise<Said> {
  const { method } = call.request;
  const read = method === "GET" || method === "HEAD";
  const [kind = "", id, ...more] = path;
  const found = read && more.length === 0 ? discovered(call, path) : null;
  if (found) return found;
  if (kind === "Bulk")
    throw new ScimError(501, undefined, "Bulk requests are not supported (see ServiceProviderConfig).");
  const resource = Object.hasOwn(RESOURCES, kind) && more.length === 0 ? RESOURCES[kind] : undefined;
  if (!resource) throw notFound("endpoint");
  const said = id === undefined ? ofAll(resource, call) : ofOne(resource, call, id);
  if (!said) throw new ScimError(405, undefined, `${method} is not supported here.`);
  return said;
}

function ofAll(resource: Resource, call: Call): Promise<Said> | null {
  const { method } = call.request;
  if (method === "GET" || method === "HEAD") return resource.list(call);
  return method === "POST" ? resource.create(call) : null;
}

function ofOne(resource: Resource, call: Call, id: string): Promise<Said> | null {
  switch (call.request.method) {
    case "GET":
    case "HEAD":
      return resource.view(call, id);
    case "PUT":
      return resource.replace(call, id);
    case "PATCH":
      return resource.patch(call, id);
    case "DELETE":
      return resource.remove(call, id);
    default:
      return null;
  }
}

async function note(
  request: Request,
  ctx: Ctx,
  { status, error }: { status: number; error: string | null },
): Promise<void> {
  const { method, url } = request;
  const { search } = new URL(url);
  const path = rawPathOf(request).replace(/^\/scim\/v2\/[^/]+/, "") + search;
  await noteDirectoryRequest(ctx, { method, path, status, error });
}

function responseOf({ method }: Request, { status, body, location }: Said): Response {
  const headers: Record<string, string> = {
    "cache-control": "private, no-store",
    "x-request-id": currentRequest().requestId,
  };
  if (location) headers.location = location;
  if (!body) return new Response(null, { status, headers });
  return new Response(method === "HEAD" ? null : JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": SCIM_JSON },
  });
}
