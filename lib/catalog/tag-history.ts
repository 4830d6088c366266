import { z } from "zod";
import { demand, labelActors, record } from "#lib/audit/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { immutablePatterns, moveTag, movingTags } from "./move-tag.ts";
import { lockedRepository, type RepositoryRow, repositoryById } from "./repositories.ts";
import { immutableBy } from "./tag-pattern.ts";
import { rulesOf } from "./tag-rules.ts";

export const TagHistoryFilter = z.strictObject({
  /** One tag's history; the whole repository's without it. */
  tag: z.string().max(128).optional(),
  /** The id after which the page begins, going back in time. */
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(25),
});

export interface TagMove {
  id: string;
  tag: string;
  /** Null where the tag was new. */
  from: string | null;
  /** Null where the tag was deleted. */
  to: string | null;
  at: Date;
  by: string;
  /** Why it can't be undone now, in a sentence; null where it can. */
  notUndone: string | null;
}

interface MoveRow {
  id: string;
  name: string;
  from: string | null;
  to: string | null;
  at: Date;
  by: string;
  now: string | null;
  fromIsThere: boolean;
}

/** Every move of a repository's tags, newest first. `next` is the cursor of the page after this one. @throws not_found; invalid */
export async function listTagMoves(
  ctx: Ctx,
  repositoryId: string,
  input: z.input<typeof TagHistoryFilter> = {},
): Promise<{ moves: TagMove[]; next: string | null }> {
  await demand(ctx, "product.view");
  const { tag = null, before = null, limit } = parse(TagHistoryFilter, input);
  const { rows, patterns } = await query(async (db) => {
    const row = await repositoryById(db, ctx, repositoryId);
    const rows = await db.$queryRaw<MoveRow[]>`
      SELECT e.id, e.name, e.from_digest AS "from", e.to_digest AS "to", e.moved_at AS at, e.moved_by AS by,
        t.digest AS now, m.id IS NOT NULL AS "fromIsThere"
      FROM tag_events e
      LEFT JOIN tags t ON t.repository_id = e.repository_id AND t.name = e.name
      LEFT JOIN manifests m ON m.repository_id = e.repository_id AND m.digest = e.from_digest
      WHERE e.repository_id = ${row.id}::uuid AND (${tag}::text IS NULL OR e.name = ${tag})
        AND (${before}::uuid IS NULL OR e.id < ${before}::uuid)
      ORDER BY e.id DESC LIMIT ${limit + 1}`;
    const { immutablePatterns: patterns } = await rulesOf(db, { id: row.productId, tenantId: row.tenantId });
    return { rows, patterns };
  });
  const shown = rows.slice(0, limit);
  const labels = await labelActors(
    ctx,
    shown.map(({ by }) => by),
  );
  const moves = shown.map((row) => ({
    id: row.id,
    tag: row.name,
    from: row.from,
    to: row.to,
    at: row.at,
    by: labels.get(row.by) ?? row.by,
    notUndone: refusalOf(row, patterns),
  }));
  return { moves, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

/**
 * Moves a tag back to where it was before a move, or brings a deleted one back; the move itself stays in the history.
 * @throws forbidden without `registry.moveTag`; not_found; conflict where the tag has moved since, the manifest is gone, or
 *   the tag is immutable
 */
export async function undoTagMove(ctx: Ctx, moveId: string): Promise<{ tag: string; digest: string }> {
  await demand(ctx, "registry.moveTag");
  if (!z.uuid().safeParse(moveId).success) throw notFound("move");
  return movingTags(ctx, async (tx) => {
    const event = await tx.tagEvent.findUnique({
      where: { tenantId_id: { tenantId: ctx.tenant.id, id: moveId } },
      select: { id: true, name: true, fromDigest: true, toDigest: true, repositoryId: true },
    });
    if (!event) throw notFound("move");
    const row = await locked(tx, ctx, event.repositoryId);
    const { name, fromDigest: from, toDigest: to } = event;
    const now = await tx.tag.findUnique({ where: { repositoryId_name: { repositoryId: row.id, name } } });
    const manifest = from
      ? await tx.manifest.findUnique({
          where: { repositoryId_digest: { repositoryId: row.id, digest: from } },
          select: { id: true },
        })
      : null;
    const state = { name, from, to, now: now?.digest ?? null, fromIsThere: manifest !== null };
    const refusal = refusalOf(state, await immutablePatterns(tx, row));
    if (refusal || !from) throw conflict(refusal ?? NEW);
    await moveTag(tx, ctx, { row, name, digest: from });
    await record(tx, ctx, {
      action: "registry.tagMoveUndone",
      subject: { type: "repository", id: row.id, label: `${row.name}:${name}` },
      before: { digest: to },
      after: { digest: from },
    });
    return { tag: name, digest: from };
  });
}

const NEW = "The tag was new: delete it instead.";

async function locked(tx: Tx, ctx: Ctx, repositoryId: string): Promise<RepositoryRow> {
  const { name } = await repositoryById(tx, ctx, repositoryId);
  return lockedRepository(tx, ctx, { name, tenant: ctx.tenant.slug, product: "" });
}

function refusalOf(
  { name, from, to, now, fromIsThere }: Omit<MoveRow, "id" | "at" | "by">,
  patterns: readonly string[],
): string | null {
  if (from === null) return NEW;
  if (now !== to) return "The tag has moved since.";
  if (!fromIsThere) return "The manifest that it came from is gone.";
  const pattern = to === null ? null : immutableBy(name, patterns);
  return pattern ? `The tag is immutable by the rule ${pattern}.` : null;
}
