import { listRepositories } from "#lib/catalog/index.ts";
import { listPullableProducts } from "#lib/entitlements/index.ts";
import { callerOf } from "./caller.ts";
import { REGISTRY_HEADERS } from "./errors.ts";
import { nextLink, pageOf } from "./page.ts";

/** GET: the repositories that the caller may pull from, of all tenants (Docker's catalog; no part of the specification). */
export async function getCatalog(request: Request): Promise<Response> {
  const near = await listPullableProducts(await callerOf(request));
  const ids = near.filter(({ pullable }) => pullable).map(({ id }) => id);
  const { last, limit } = pageOf(request);
  const { names, more } = await listRepositories(ids, { last, limit });
  const headers: Record<string, string> = { ...REGISTRY_HEADERS, "content-type": "application/json" };
  if (more) Object.assign(headers, nextLink("/v2/_catalog", { n: String(limit), last: names.at(-1) }));
  return new Response(JSON.stringify({ repositories: names }), { status: 200, headers });
}
