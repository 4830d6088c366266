import { demand, record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { lockedRepository, unknownTo } from "./repositories.ts";
import type { RepositoryName } from "./repository-name.ts";
import { removeTags } from "./tag-rows.ts";

export interface DeleteTag {
  repository: RepositoryName;
  tag: string;
}

/**
 * Takes a tag away. Its manifest stays, and can be pulled by digest (distribution-spec, "Deleting tags").
 * @returns the digest that the tag had
 * @throws forbidden without `registry.delete`; not_found, with reason MANIFEST_UNKNOWN where the tag is not there
 */
export async function deleteTag(ctx: Ctx, { repository, tag }: DeleteTag): Promise<{ digest: string }> {
  await demand(ctx, "registry.delete");
  return transaction(async (tx) => {
    const row = await lockedRepository(tx, ctx, repository);
    const [removed] = await removeTags(tx, ctx, { row, tags: { name: tag } });
    if (!removed) throw unknownTo("MANIFEST_UNKNOWN", "tag");
    await record(tx, ctx, {
      action: "registry.deletedTag",
      subject: { type: "repository", id: row.id, label: `${row.name}:${tag}` },
      before: { digest: removed.digest },
    });
    return { digest: removed.digest };
  });
}
