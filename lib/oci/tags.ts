import { listTags } from "#lib/catalog/index.ts";
import { decideAccess } from "#lib/entitlements/index.ts";
import { invalid } from "../errors.ts";
import { admit } from "./access.ts";
import { callerOf } from "./caller.ts";
import { REGISTRY_HEADERS } from "./errors.ts";
import { nameUnknown, repositoryName } from "./path.ts";

const PAGE_MAX = 1000;

/** GET: distribution-spec, "Listing Tags". */
export async function getTags(request: Request, { name }: { name: string }): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(name);
  const access = await decideAccess(principal, repository, "registry.pull");
  await admit(access, "registry.pull", repository);
  if (!access.repositoryId) throw nameUnknown();
  const query = new URL(request.url).searchParams;
  const limit = pageSize(query.get("n"));
  const { tags, more } = await listTags(access.repositoryId, { last: query.get("last"), limit });
  const headers: Record<string, string> = { ...REGISTRY_HEADERS, "content-type": "application/json" };
  const last = tags.at(-1);
  if (more && last) headers.link = `</v2/${name}/tags/list?n=${limit}&last=${encodeURIComponent(last)}>; rel="next"`;
  return new Response(JSON.stringify({ name, tags }), { status: 200, headers });
}

function pageSize(n: string | null): number {
  if (n === null) return PAGE_MAX;
  if (!/^\d{1,15}$/.test(n))
    throw invalid({ n: "must be a whole number from 0" }, { reason: "PAGINATION_NUMBER_INVALID" });
  return Math.min(Number(n), PAGE_MAX);
}
