import { z } from "zod";
import { repositoryById } from "#lib/catalog/index.ts";
import { type Sql, sql, type Tx } from "#lib/db/index.ts";
import { releaseInTenant } from "#lib/releases/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { recallInTenant } from "./find-recall.ts";

/** What is asked about: what a recall was made of, or what one could be made of. */
export const Thing = z.union([
  z.strictObject({ recallId: z.string() }),
  z.strictObject({ releaseId: z.string() }),
  z.strictObject({ repositoryId: z.string(), digest: z.string().max(255) }),
]);
export type Thing = z.output<typeof Thing>;

/** Makes sure that it is the tenant's. @throws not_found for another tenant's, and none */
export async function thingInTenant(db: Tx, ctx: Pick<Ctx, "tenant">, thing: Thing): Promise<void> {
  if ("recallId" in thing) await recallInTenant(db, ctx, thing.recallId);
  else if ("releaseId" in thing) await releaseInTenant(db, ctx, thing.releaseId);
  else await imageInTenant(db, ctx, thing);
}

/** @throws not_found for an image that neither is there nor was ever pulled */
export async function imageInTenant(
  db: Tx,
  ctx: Pick<Ctx, "tenant">,
  { repositoryId, digest }: { repositoryId: string; digest: string },
) {
  const repository = await repositoryById(db, ctx, repositoryId);
  const where = { repositoryId: repository.id, digest };
  const known =
    (await db.manifest.findFirst({ where, select: { id: true } })) ??
    (await db.pulledBy.findFirst({ where, select: { digest: true } }));
  if (!known) throw notFound("image");
  return repository;
}

/** The thing's manifests (repository_id, digest), with those of the platforms that an index leads to. For WITH RECURSIVE. */
export function markedSql(thing: Thing): Sql {
  return sql`marked AS (
    ${startSql(thing)}
    UNION
    SELECT mr.repository_id, mr.digest FROM marked
    JOIN manifests m ON m.repository_id = marked.repository_id AND m.digest = marked.digest
    JOIN manifest_references mr ON mr.manifest_id = m.id AND mr.kind = 'manifest'
  )`;
}

function startSql(thing: Thing): Sql {
  if ("recallId" in thing) {
    return sql`SELECT repository_id, digest FROM recalled_images WHERE recall_id = ${thing.recallId}::uuid`;
  }
  if ("releaseId" in thing) {
    return sql`SELECT repository_id, digest FROM release_images WHERE release_id = ${thing.releaseId}::uuid`;
  }
  return sql`SELECT ${thing.repositoryId}::uuid AS repository_id, ${thing.digest}::text AS digest`;
}
