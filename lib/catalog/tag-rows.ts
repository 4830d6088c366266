import { actorKey } from "#lib/access/index.ts";
import type { Prisma, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { refuseImmutableAmong } from "./move-tag.ts";
import type { RepositoryRow } from "./repositories.ts";

interface Removal {
  row: RepositoryRow;
  /** Which tags of the repository. */
  tags: Prisma.TagWhereInput;
}

/**
 * Deletes tags of a locked repository, each with its line in the history.
 * @returns what they were, by name
 * @throws conflict where one of them is immutable
 */
export async function removeTags(
  tx: Tx,
  ctx: Ctx,
  { row, tags }: Removal,
): Promise<{ name: string; digest: string }[]> {
  const where = { AND: [tags, { repositoryId: row.id }] };
  const removed = await tx.tag.findMany({ where, select: { name: true, digest: true }, orderBy: { name: "asc" } });
  await refuseImmutableAmong(
    tx,
    row,
    removed.map(({ name }) => name),
  );
  await tx.tag.deleteMany({ where: { repositoryId: row.id, name: { in: removed.map(({ name }) => name) } } });
  await tx.tagEvent.createMany({
    data: removed.map(({ name, digest }) => ({
      tenantId: row.tenantId,
      repositoryId: row.id,
      name,
      fromDigest: digest,
      toDigest: null,
      movedBy: actorKey(ctx.actor),
    })),
  });
  return removed;
}
