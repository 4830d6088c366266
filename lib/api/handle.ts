import { createProduct, listProducts } from "#lib/catalog/index.ts";
import { grantEntitlement, listGrants, restrictProduct, revokeEntitlement } from "#lib/entitlements/index.ts";
import { currentRequest, problemResponse, rawPathOf } from "#lib/http/index.ts";
import { listMembers } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, notFound } from "../errors.ts";
import { apiCaller, apiContext, jsonOf } from "./context.ts";
import { viewGrant, viewMember, viewProduct } from "./views.ts";

interface Call {
  ctx: Ctx;
  request: Request;
  /** The path's variable part. */
  id: string;
  /** The body's JSON object. */
  body: Record<string, unknown>;
}

interface Route {
  method: string;
  path: RegExp;
  answer(call: Call): Promise<unknown>;
}

const ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: /^\/v1\/products$/,
    answer: async ({ ctx }) => ({ products: (await listProducts(ctx)).map(viewProduct) }),
  },
  { method: "POST", path: /^\/v1\/products$/, answer: postProduct },
  { method: "PATCH", path: /^\/v1\/products\/([^/]+)$/, answer: patchProduct },
  { method: "GET", path: /^\/v1\/members$/, answer: getMembers },
  { method: "GET", path: /^\/v1\/members\/([^/]+)\/entitlements$/, answer: getEntitlements },
  { method: "POST", path: /^\/v1\/entitlements$/, answer: postEntitlement },
  { method: "DELETE", path: /^\/v1\/entitlements\/([^/]+)$/, answer: deleteEntitlement },
];

/** Every call of the API, as `GET /v1/members/<id>/entitlements`. */
export const API_ENDPOINTS: readonly string[] = ROUTES.map(({ method, path }) => {
  const plain = path.source.replaceAll("\\/", "/").replace("([^/]+)", "<id>");
  return `${method} ${plain.slice(1, -1)}`;
});

/** The JSON API under /v1: the same verbs as the dashboard's, for access tokens. Errors are problem+json (RFC 9457). */
export async function handleApi(request: Request): Promise<Response> {
  try {
    const caller = await apiCaller(request);
    const path = rawPathOf(request);
    const here = ROUTES.filter((route) => route.path.test(path));
    const route = here.find(({ method }) => method === (request.method === "HEAD" ? "GET" : request.method));
    if (here.length === 0) throw notFound("endpoint");
    if (!route) throw new AppError("invalid", `${request.method} is not supported here.`, { reason: "malformed" });
    const body = route.method === "GET" ? {} : await jsonOf(request);
    const ctx = await apiContext(request, caller);
    return json(await route.answer({ ctx, request, body, id: route.path.exec(path)?.[1] ?? "" }), request.method);
  } catch (error) {
    return problemResponse(error);
  }
}

function json(body: unknown, method: string): Response {
  const headers = {
    "content-type": "application/json",
    "cache-control": "private, no-store",
    "x-request-id": currentRequest().requestId,
  };
  return new Response(method === "HEAD" ? null : JSON.stringify(body), { status: 200, headers });
}

async function postProduct({ ctx, body }: Call) {
  return viewProduct(await createProduct(ctx, body as Parameters<typeof createProduct>[1]));
}

async function patchProduct({ ctx, body, id }: Call) {
  const input = { ...body, productId: id } as Parameters<typeof restrictProduct>[1];
  const { product, changed, kept } = await restrictProduct(ctx, input);
  return { ...viewProduct(product), changed, kept };
}

async function getMembers({ ctx, request }: Call) {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const { tenant: _tenant, ...filter } = query;
  const { members, next } = await listMembers(ctx, filter);
  return { members: members.map(viewMember), next };
}

async function getEntitlements({ ctx, id }: Call) {
  return { entitlements: (await listGrants(ctx, id)).map(viewGrant) };
}

async function postEntitlement({ ctx, body }: Call) {
  const { grant, changed } = await grantEntitlement(ctx, body as Parameters<typeof grantEntitlement>[1]);
  return { ...viewGrant(grant), changed };
}

async function deleteEntitlement({ ctx, body, id }: Call) {
  const input = { ...body, entitlementId: id } as Parameters<typeof revokeEntitlement>[1];
  const { grant, changed } = await revokeEntitlement(ctx, input);
  return { ...viewGrant(grant), changed };
}
