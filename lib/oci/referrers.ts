import { listReferrers } from "#lib/catalog/index.ts";
import { decideAccess } from "#lib/entitlements/index.ts";
import { admit } from "./access.ts";
import { callerOf } from "./caller.ts";
import { REGISTRY_HEADERS } from "./errors.ts";
import { warningOf } from "./manifests.ts";
import { nextLink, pageOf } from "./page.ts";
import { checkedDigest, repositoryName } from "./path.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const PAGE_MAX = 500;

/**
 * GET: distribution-spec, "Listing Referrers". An index, empty where nothing refers to the digest or the repository has not
 * been pushed to yet.
 */
export async function getReferrers(request: Request, asked: { name: string; digest: string }): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(asked.name);
  const digest = checkedDigest(asked.digest);
  const access = await decideAccess(principal, repository, "registry.pull");
  await admit(access, "registry.pull", repository);
  const { last, limit } = pageOf(request, PAGE_MAX);
  const artifactType = new URL(request.url).searchParams.get("artifactType") || null;
  const { referrers, more } = access.repositoryId
    ? await listReferrers(access.repositoryId, digest, { artifactType, last, limit })
    : { referrers: [], more: false };
  const headers: Record<string, string> = { ...REGISTRY_HEADERS, "content-type": INDEX, ...warningOf(access) };
  if (artifactType) headers["oci-filters-applied"] = "artifactType";
  const next = { n: String(limit), last: referrers.at(-1)?.digest, artifactType };
  if (more) Object.assign(headers, nextLink(`/v2/${repository.name}/referrers/${digest}`, next));
  const index = { schemaVersion: 2, mediaType: INDEX, manifests: referrers };
  return new Response(JSON.stringify(index), { status: 200, headers });
}
