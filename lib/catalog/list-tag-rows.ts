import { z } from "zod";
import { demand, labelActors } from "#lib/audit/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { platformsOf } from "./platforms.ts";
import { repositoryById } from "./repositories.ts";
import { immutableBy } from "./tag-pattern.ts";
import { rulesOf } from "./tag-rules.ts";

export const TagFilter = z.strictObject({
  /** A part of the name. */
  search: z.string().trim().max(128).optional(),
  /** Where the page begins: what `next` was. So many digits are a time that PostgreSQL has, too. */
  after: z
    .string()
    .regex(/^[0-9]{1,13}\.[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/, "is not a place in this list")
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

export interface TagRow {
  name: string;
  digest: string;
  mediaType: string;
  artifactType: string | null;
  /** Of configs and layers; of an index: those of all its platforms. */
  bytes: number;
  platforms: string[];
  movedAt: Date;
  movedBy: string;
  /** By this tag, in the last 30 days. */
  pulls: number;
  /** The pattern that keeps it where it is. */
  immutable: string | null;
}

interface Row extends Omit<TagRow, "platforms" | "immutable" | "bytes" | "pulls"> {
  bytes: bigint;
  pulls: bigint;
}

/** A repository's tags, the last moved first. @throws forbidden; not_found; invalid */
export async function listTagRows(
  ctx: Ctx,
  repositoryId: string,
  input: z.input<typeof TagFilter> = {},
): Promise<{ tags: TagRow[]; next: string | null }> {
  await demand(ctx, "product.view");
  const filter = parse(TagFilter, input);
  const { rows, patterns, platforms } = await query(async (db) => {
    const repository = await repositoryById(db, ctx, repositoryId);
    const rows = await tagRows(db, repository.id, filter);
    const { immutablePatterns: patterns } = await rulesOf(db, { id: repository.productId, tenantId: ctx.tenant.id });
    const digests = rows.map(({ digest }) => digest);
    return { rows, patterns, platforms: await platformsOf(db, repository.id, digests) };
  });
  const shown = rows.slice(0, filter.limit);
  const labels = await labelActors(
    ctx,
    shown.map(({ movedBy }) => movedBy),
  );
  const tags = shown.map((row) => ({
    ...row,
    bytes: Number(row.bytes),
    pulls: Number(row.pulls),
    movedBy: labels.get(row.movedBy) ?? row.movedBy,
    platforms: platforms.get(row.digest) ?? [],
    immutable: immutableBy(row.name, patterns),
  }));
  const last = tags.at(-1);
  return { tags, next: rows.length > filter.limit && last ? `${last.movedAt.getTime()}.${last.name}` : null };
}

async function tagRows(db: Tx, repositoryId: string, filter: z.output<typeof TagFilter>): Promise<Row[]> {
  const { search = null, after, limit } = filter;
  const at = after ? new Date(Number(after.slice(0, after.indexOf(".")))).toISOString() : null;
  const name = after ? after.slice(after.indexOf(".") + 1) : null;
  const like = search === null ? null : `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return db.$queryRaw<Row[]>`
    SELECT t.name, t.digest, m.media_type AS "mediaType", m.artifact_type AS "artifactType", t.updated_at AS "movedAt",
      coalesce((SELECT e.moved_by FROM tag_events e WHERE e.repository_id = t.repository_id AND e.name = t.name
        ORDER BY e.moved_at DESC LIMIT 1), 'system') AS "movedBy",
      (SELECT coalesce(sum(p.pulls), 0)::bigint FROM pull_days p WHERE p.repository_id = t.repository_id
        AND p.day > (now() AT TIME ZONE 'UTC')::date - 30 AND p.digest = t.digest AND p.tag = t.name) AS pulls,
      (SELECT coalesce(sum(mr.size), 0)::bigint FROM manifest_references mr
        WHERE mr.kind <> 'manifest' AND mr.manifest_id IN (
          SELECT m.id UNION SELECT c.id FROM manifest_references child
          JOIN manifests c ON c.repository_id = m.repository_id AND c.digest = child.digest
          WHERE child.manifest_id = m.id AND child.kind = 'manifest')) AS bytes
    FROM (
      SELECT * FROM tags WHERE repository_id = ${repositoryId}::uuid AND (${like}::text IS NULL OR name ILIKE ${like})
        AND (${at}::timestamptz IS NULL OR (updated_at, name) < (${at}::timestamptz, ${name} COLLATE "C"))
      ORDER BY updated_at DESC, name DESC LIMIT ${limit + 1}
    ) t JOIN manifests m ON m.repository_id = t.repository_id AND m.digest = t.digest
    ORDER BY t.updated_at DESC, t.name DESC`;
}
