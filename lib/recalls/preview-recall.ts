import { demand } from "#lib/audit/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type FetcherKind, personsSql } from "./fetched-sql.ts";
import { Thing, thingInTenant } from "./recalled-thing.ts";

/** How many fetched something, each person once. */
export interface Reach extends Record<FetcherKind, number> {
  /** Members who would get a letter now: their address is proven, and the recall has not told them yet. */
  letters: number;
}

/**
 * How many fetched a release, an image, or what a recall is about. Nothing changes.
 * @throws forbidden without `release.view` and `member.view`; not_found; invalid
 */
export async function previewRecall(ctx: Ctx, input: Thing): Promise<Reach> {
  await demand(ctx, "release.view");
  await demand(ctx, "member.view");
  const thing = parse(Thing, input);
  return query(async (db) => {
    await thingInTenant(db, ctx, thing);
    return reachOf(db, ctx, thing);
  });
}

async function reachOf(db: Tx, ctx: Ctx, thing: Thing): Promise<Reach> {
  const recallId = "recallId" in thing ? thing.recallId : null;
  const rows = await db.$queryRaw<{ kind: FetcherKind; persons: number; letters: number }[]>`
    WITH RECURSIVE ${personsSql(ctx, thing)}
    SELECT kind, count(DISTINCT person)::int AS persons,
      count(DISTINCT member_id) FILTER (WHERE can_be_told AND NOT EXISTS (
        SELECT FROM recall_letters l
        WHERE l.recall_id = ${recallId}::uuid AND l.member_id = persons.member_id))::int AS letters
    FROM persons GROUP BY kind`;
  const of = (kind: FetcherKind) => rows.find((row) => row.kind === kind)?.persons ?? 0;
  const letters = rows.reduce((sum, row) => sum + row.letters, 0);
  return { member: of("member"), robot: of("robot"), team: of("team"), other: of("other"), letters };
}
