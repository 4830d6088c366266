import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { lockedRepository, repositoryById, unknownTo } from "./repositories.ts";
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

export const DeleteTagById = z.strictObject({ repositoryId: z.string(), tag: z.string() });

/** The same in a repository that is known by its id. @throws also not_found for a repository of another tenant, or none */
export async function deleteTagById(ctx: Ctx, input: z.input<typeof DeleteTagById>): Promise<{ digest: string }> {
  await demand(ctx, "registry.delete");
  const { repositoryId, tag } = parse(DeleteTagById, input);
  const { name } = await query((db) => repositoryById(db, ctx, repositoryId));
  return deleteTag(ctx, { repository: { name, tenant: ctx.tenant.slug, product: "" }, tag });
}
