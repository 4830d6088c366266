import { z } from "zod";
import { query, sql } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";

const CURSOR = /^(\d{13})\.([0-9a-f-]{36})$/;

export const HistoryFilter = z.strictObject({
  /** A product's slug. */
  product: z.string().max(63).optional(),
  /** The fetch after which the page begins. */
  after: z.string().regex(CURSOR, "is no `next` of this list").optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A pull or a download. What was fetched may be gone: its names are null then. */
export interface Fetch {
  id: string;
  at: Date;
  kind: "pull" | "download";
  product: { slug: string; name: string };
  /** Of a pull. */
  image: { repository: string | null; tag: string | null; digest: string } | null;
  /** Of a download. */
  file: { filename: string | null; version: string | null } | null;
  /** The name of the token; null for a browser or a password. */
  token: string | null;
  /** By a link that was made for it, as a browser's are. */
  byLink: boolean;
}

interface Row extends Omit<Fetch, "image" | "file"> {
  repository: string | null;
  tag: string | null;
  digest: string;
  filename: string | null;
  version: string | null;
}

/**
 * What somebody fetched in a tenant as its member, newest first, a page at a time: their own alone, with the names of their
 * tokens. @throws not_found for who is no member there; invalid
 */
export async function listOwnFetches(
  ctx: Ctx,
  memberId: string | null,
  input: z.input<typeof HistoryFilter> = {},
): Promise<{ fetches: Fetch[]; next: string | null }> {
  if (!memberId || ctx.actor.type !== "user") throw notFound("member");
  const { product = null, after, limit } = parse(HistoryFilter, input);
  const [, ms, afterId = null] = CURSOR.exec(after ?? "") ?? [];
  const before = ms ? new Date(Number(ms)) : null;
  const own = sql`WHERE e.member_id = ${memberId}::uuid AND e.tenant_id = ${ctx.tenant.id}::uuid
    AND (${product}::text IS NULL OR p.slug = ${product}::text)
    AND (${before}::timestamptz IS NULL OR (e.at, e.id) < (${before}::timestamptz, ${afterId}::uuid))
    ORDER BY e.at DESC, e.id DESC LIMIT ${limit + 1}`;
  const shown = sql`e.id, e.at, json_build_object('slug', p.slug, 'name', p.name) AS product, e.actor`;
  const userId = ctx.actor.id;
  const rows = await query(
    (db) => db.$queryRaw<Row[]>`
      SELECT f.*, k.name AS token FROM (
        (SELECT ${shown}, 'pull' AS kind, r.name AS repository, e.tag, e.digest, NULL AS filename, NULL AS version,
          false AS "byLink"
        FROM pull_events e JOIN products p ON p.id = e.product_id LEFT JOIN repositories r ON r.id = e.repository_id ${own})
        UNION ALL
        (SELECT ${shown}, 'download', NULL, NULL, '', a.filename, l.version, e.by_link
        FROM download_events e JOIN products p ON p.id = e.product_id LEFT JOIN assets a ON a.id = e.asset_id
        LEFT JOIN releases l ON l.id = e.release_id ${own})) f
      LEFT JOIN access_tokens k ON k.user_id = ${userId}::uuid AND f.actor = 'token:' || k.id
      ORDER BY f.at DESC, f.id DESC LIMIT ${limit + 1}`,
  );
  const fetches = rows.slice(0, limit).map(fetchOf);
  const last = fetches.at(-1);
  return { fetches, next: rows.length > limit && last ? `${last.at.getTime()}.${last.id}` : null };
}

function fetchOf({ id, at, kind, product, token, byLink, ...of }: Row): Fetch {
  const image = { repository: of.repository, tag: of.tag, digest: of.digest };
  const file = { filename: of.filename, version: of.version };
  const what = kind === "pull" ? { image, file: null } : { image: null, file };
  return { id, at, kind, product, token, byLink, ...what };
}
