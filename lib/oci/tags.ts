import { listTags } from "#lib/catalog/index.ts";
import { decideAccess } from "#lib/entitlements/index.ts";
import { admit } from "./access.ts";
import { callerOf } from "./caller.ts";
import { REGISTRY_HEADERS } from "./errors.ts";
import { nextLink, pageOf } from "./page.ts";
import { nameUnknown, repositoryName } from "./path.ts";

/** GET: distribution-spec, "Listing Tags". */
export async function getTags(request: Request, { name }: { name: string }): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(name);
  const access = await decideAccess(principal, repository, "registry.pull");
  await admit(access, "registry.pull", repository);
  if (!access.repositoryId) throw nameUnknown();
  const { last, limit } = pageOf(request);
  const { tags, more } = await listTags(access.repositoryId, { last, limit });
  const headers: Record<string, string> = { ...REGISTRY_HEADERS, "content-type": "application/json" };
  if (more) Object.assign(headers, nextLink(`/v2/${name}/tags/list`, { n: String(limit), last: tags.at(-1) }));
  return new Response(JSON.stringify({ name, tags }), { status: 200, headers });
}
