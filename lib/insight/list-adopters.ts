import { z } from "zod";
import { type ProductRow, viewProductNamed } from "#lib/catalog/index.ts";
import { noSql, type Sql, sql, type Tx } from "#lib/db/index.ts";
import { holdsSql, inGoodStandingSql, spansOf, VersionRange } from "#lib/entitlements/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { ask } from "./ask.ts";
import { demandInsight } from "./demand-insight.ts";
import type { RunVersion } from "./list-version-use.ts";
import { newestSql, stableKeysSql, VERSION_OF, VERSION_SHOWN } from "./newest-sql.ts";
import { Limit, type Page, pageOf, Search, Slug } from "./page.ts";

const Count = z.coerce.number().int().min(1).max(3650).optional();

export const AdopterFilter = z.strictObject({
  product: Slug.describe("A product's slug"),
  version: VersionRange.optional().describe("Who runs this version, or one in this range, pre-releases among them"),
  behind: Count.describe("At least so many published stable versions are above theirs"),
  idle: Count.describe("Nothing fetched for so many days"),
  fetched: z
    .enum(["yes", "never"])
    .default("yes")
    .describe("never: those who may have it now and never fetched anything of it; the filters above say nothing then"),
  search: Search.describe("A part of the name or the address"),
  after: z
    .string()
    .max(400)
    .regex(/^[0-9a-f-]{36}/, "is no `next` of this list")
    .optional(),
  limit: Limit,
});

export interface Adopter extends RunVersion {
  member: { id: string; email: string; name: string | null };
  /** Whether their membership holds now. */
  inGoodStanding: boolean;
  /** How many published stable versions are above theirs; null where theirs is not known. */
  behind: number | null;
  /** When they last fetched anything of the product; null for never. */
  lastAt: Date | null;
}

interface Row extends Adopter {
  key: string | null;
}

/**
 * Who runs what of a product: each member who ever fetched something of it with the highest version of that, the lowest first,
 * and those last of whom no version is known. @throws forbidden; not_found; invalid
 */
export async function listAdopters(ctx: Ctx, input: z.input<typeof AdopterFilter>): Promise<Page<Adopter>> {
  await demandInsight(ctx);
  const filter = parse(AdopterFilter, input);
  return readAdopters(ctx, { ...filter, product: await viewProductNamed(ctx, filter.product) });
}

type Asked = Omit<z.output<typeof AdopterFilter>, "product"> & { product: ProductRow };

/** The same for whoever asked for the right, with any limit. */
export async function readAdopters(ctx: Ctx, asked: Asked): Promise<Page<Adopter>> {
  const { fetched, limit } = asked;
  const read = await ask(async (db) => {
    const good = await goodStandingSql(db, ctx);
    const rows = fetched === "never" ? neverSql(ctx, asked, good) : adoptersSql(ctx, asked, good);
    return db.$queryRaw<Row[]>(rows);
  });
  const page = pageOf(read, limit, ({ member, key }) => member.id + (key ?? ""));
  return { ...page, rows: page.rows.map(({ key: _, ...row }) => row) };
}

async function goodStandingSql(db: Tx, ctx: Ctx): Promise<Sql> {
  const where = { id: ctx.tenant.id };
  const { graceDays } = await db.tenant.findUniqueOrThrow({ where, select: { graceDays: true } });
  return inGoodStandingSql({ now: ctx.now, graceDays });
}

const MEMBER = sql`json_build_object('id', m.id, 'email', u.email, 'name', u.name) AS member`;

const foundSql = (search = "") =>
  sql`(position(lower(${search}) IN u.email) > 0 OR position(lower(${search}) IN lower(u.name)) > 0)`;

// What has no version sorts behind every key: those are ASCII that begins with a digit.
const SORTED = sql`coalesce(n.key, '~') COLLATE "C"`;

function adoptersSql(ctx: Ctx, { product, search, after, limit, ...filters }: Asked, good: Sql): Sql {
  const [id, key] = after ? [after.slice(0, 36), after.slice(36) || "~"] : [null, null];
  const stable = stableKeysSql(sql`n.product_id`);
  return sql`
    WITH ${newestSql({ tenantId: ctx.tenant.id, productId: product.id })},
    n AS (
      SELECT n.*, ${MEMBER}, m.suspended_at, m.id FROM newest n
      JOIN members m ON m.tenant_id = ${ctx.tenant.id}::uuid AND m.id = n.member_id JOIN users u ON u.id = m.user_id
      WHERE ${foundSql(search)} AND ${filtersSql(ctx, product.id, filters)}
        AND (${id}::uuid IS NULL OR (${SORTED}, n.member_id) > (${key}::text, ${id}::uuid))
      ORDER BY ${SORTED}, n.member_id LIMIT ${limit + 1})
    SELECT n.member, n.key, ${VERSION_SHOWN}, CASE WHEN n.key IS NULL THEN n.tag END AS tag, n.last_at AS "lastAt",
      (SELECT ${good} FROM members m WHERE m.id = n.member_id) AS "inGoodStanding",
      CASE WHEN n.key IS NOT NULL THEN
        (SELECT count(*)::int FROM (${stable}) above WHERE above.version_key > n.key COLLATE "C") END AS behind
    FROM n ${VERSION_OF} ORDER BY ${SORTED}, n.member_id`;
}

type Filters = Pick<Asked, "version" | "behind" | "idle">;

function filtersSql(ctx: Ctx, productId: string, { version, behind, idle }: Filters): Sql {
  const spans = version ? JSON.stringify(spansOf(version, { preReleases: true })) : null;
  const inSpans = sql`EXISTS (SELECT FROM jsonb_to_recordset(${spans}::jsonb) AS s(ge text, gt text, le text, lt text)
    WHERE n.key IS NOT NULL AND (s.ge IS NULL OR n.key >= s.ge COLLATE "C") AND (s.gt IS NULL OR n.key > s.gt COLLATE "C")
      AND (s.le IS NULL OR n.key <= s.le COLLATE "C") AND (s.lt IS NULL OR n.key < s.lt COLLATE "C"))`;
  // At least so many are above a version where the one in that place is.
  const nth = sql`(${stableKeysSql(sql`${productId}::uuid`)} OFFSET ${(behind ?? 1) - 1} LIMIT 1)`;
  const idleSince = new Date(ctx.now.getTime() - (idle ?? 0) * 86_400_000);
  return sql`true ${version ? sql`AND ${inSpans}` : noSql} ${behind ? sql`AND n.key < ${nth} COLLATE "C"` : noSql}
    ${idle ? sql`AND n.last_at < ${idleSince}` : noSql}`;
}

// Open to whoever is in good standing, unless it is hidden: then, as where it is restricted, a grant has to hold.
function neverSql(ctx: Ctx, { product, search, after, limit }: Asked, good: Sql): Sql {
  const open = !product.requiresEntitlement && product.visibility === "listed";
  const mayHave = open ? good : sql`${good} AND ${holdsSql(product.id, ctx)}`;
  return sql`
    SELECT ${MEMBER}, NULL AS key, NULL AS version, NULL AS state, NULL AS tag, false AS recalled, NULL::timestamptz AS "lastAt",
      NULL::int AS behind, true AS "inGoodStanding"
    FROM members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = ${ctx.tenant.id}::uuid AND ${foundSql(search)} AND ${mayHave}
      AND NOT EXISTS (SELECT FROM pulled_by f WHERE f.product_id = ${product.id}::uuid AND f.member_id = m.id)
      AND NOT EXISTS (SELECT FROM downloaded_by f WHERE f.product_id = ${product.id}::uuid AND f.member_id = m.id)
      AND (${after?.slice(0, 36) ?? null}::uuid IS NULL OR m.id > ${after?.slice(0, 36) ?? null}::uuid)
    ORDER BY m.id LIMIT ${limit + 1}`;
}
