import { deleteManifest, deleteTag, unlinkBlob } from "#lib/catalog/index.ts";
import { isDigest } from "#lib/storage/index.ts";
import { contextTo } from "./access.ts";
import { callerOf } from "./caller.ts";
import { REGISTRY_HEADERS } from "./errors.ts";
import { checkedDigest, checkedReference, repositoryName } from "./path.ts";

/** DELETE of a tag or a manifest: distribution-spec, "Deleting tags" and "Deleting Manifests". */
export async function removeManifest(request: Request, asked: { name: string; reference: string }): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(asked.name);
  const reference = checkedReference(asked.reference);
  const ctx = await contextTo("registry.delete", principal, repository);
  if (isDigest(reference)) await deleteManifest(ctx, { repository, digest: reference });
  else await deleteTag(ctx, { repository, tag: reference });
  return deleted();
}

/** DELETE: distribution-spec, "Deleting Blobs". */
export async function removeBlob(request: Request, asked: { name: string; digest: string }): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(asked.name);
  const digest = checkedDigest(asked.digest);
  await unlinkBlob(await contextTo("registry.delete", principal, repository), { repository, digest });
  return deleted();
}

function deleted(): Response {
  return new Response(null, { status: 202, headers: { ...REGISTRY_HEADERS, "content-length": "0" } });
}
