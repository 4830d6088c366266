import { joinSql, nameSql, noSql, type Sql, sql, type Tx } from "#lib/db/index.ts";
import { sameKey, stageOf } from "./stage.ts";
import type { TableSpec } from "./tables.ts";

/** Something that was ended, closed or taken back since, and would come back. */
export interface ComingBack {
  /** What `bringBack` names it by: `member:<id>`. */
  key: string;
  label: string;
}

export interface ComingBackKind {
  kind: string;
  total: number;
  /** The first of them. */
  rows: ComingBack[];
}

interface Guard {
  kind: string;
  table: string;
  /** When the staged row `s` would give back what the row `c` has had taken since. */
  when: Sql;
  /** Columns that stay as they are here, unless it is to come back. */
  columns: readonly string[];
  /** Words for it, of `c` and what `joins` adds. */
  label: Sql;
  joins?: Sql;
}

const OF_MEMBER = sql`JOIN members m ON m.id = c.member_id JOIN users u ON u.id = m.user_id`;
const OF_PRODUCT = sql`JOIN products p ON p.id = c.product_id`;

const GUARDS: readonly Guard[] = [
  {
    kind: "setting",
    table: "tenants",
    when: sql`s.endless_tokens AND NOT c.endless_tokens`,
    columns: ["endless_tokens"],
    label: sql`'tokens without an end'`,
  },
  {
    kind: "member",
    table: "members",
    when: sql`s.suspended_at IS NULL AND c.suspended_at IS NOT NULL`,
    columns: ["suspended_at"],
    label: sql`u.email`,
    joins: sql`JOIN users u ON u.id = c.user_id`,
  },
  {
    kind: "membership",
    table: "subscriptions",
    when: sql`c.kind <> 'stripe' AND s.ended_at IS NULL AND c.ended_at IS NOT NULL`,
    columns: ["ended_at", "end_reason"],
    label: sql`u.email || ', ' || c.kind::text`,
    joins: OF_MEMBER,
  },
  {
    kind: "product",
    table: "products",
    when: sql`s.archived_at IS NULL AND c.archived_at IS NOT NULL`,
    columns: ["archived_at"],
    label: sql`c.slug`,
  },
  {
    kind: "restriction",
    table: "products",
    when: sql`c.requires_entitlement AND NOT s.requires_entitlement`,
    columns: ["requires_entitlement"],
    label: sql`c.slug`,
  },
  {
    kind: "hidden",
    table: "products",
    when: sql`c.visibility = 'hidden' AND s.visibility = 'listed'`,
    columns: ["visibility"],
    label: sql`c.slug`,
  },
  {
    kind: "release",
    table: "releases",
    when: sql`c.status IN ('yanked', 'archived') AND s.status = 'published'`,
    columns: ["status", "yanked_at", "yank_reason", "archived_at"],
    label: sql`p.slug || ' ' || c.version || ', ' || c.status::text`,
    joins: OF_PRODUCT,
  },
  {
    kind: "grant",
    table: "entitlements",
    when: sql`c.source IN ('admin', 'backfill') AND s.revoked_at IS NULL AND c.revoked_at IS NOT NULL AND NOT c.replaced
      AND NOT EXISTS (SELECT FROM entitlements k WHERE k.member_id = c.member_id AND k.product_id = c.product_id
        AND k.source = 'admin' AND k.source_ref = '' AND k.revoked_at IS NULL)`,
    columns: [],
    label: sql`u.email || ', ' || p.slug`,
    joins: sql`${OF_MEMBER} ${OF_PRODUCT}`,
  },
];

const LISTED_MAX = 200;

/**
 * Leaves what was revoked, suspended, archived, restricted or yanked since as it is, unless it is named: the staged rows take
 * the values of today's. What Stripe says is Stripe's in any case. Before anything is written.
 * @returns what would come back, or does
 */
export async function leaveWhatEnded(
  tx: Tx,
  { specs, bringBack }: { specs: readonly TableSpec[]; bringBack: readonly string[] },
): Promise<ComingBackKind[]> {
  const staged = new Set(specs.map(({ table }) => table));
  const kinds: ComingBackKind[] = [];
  if (staged.has("subscriptions")) await keepWhatStripeSays(tx);
  for (const guard of GUARDS) {
    if (!staged.has(guard.table)) continue;
    kinds.push(await listed(tx, guard));
    await keepToday(tx, guard, bringBack);
  }
  for (const left of LEFT) if (staged.has(left.spec.table)) kinds.push(await leaveLinks(tx, left, bringBack));
  if (staged.has("stripe_prices")) kinds.push(await leavePrices(tx, bringBack));
  return kinds.filter(({ total }) => total > 0);
}

function keepWhatStripeSays(tx: Tx): Promise<number> {
  return tx.$executeRaw`UPDATE stage_subscriptions s SET status = c.status, current_period_end = c.current_period_end,
    past_due_since = c.past_due_since, cancel_at_period_end = c.cancel_at_period_end, plan = c.plan,
    ended_at = c.ended_at, end_reason = c.end_reason FROM subscriptions c WHERE c.id = s.id AND c.kind = 'stripe'`;
}

async function listed(tx: Tx, { kind, table, when, label, joins = noSql }: Guard): Promise<ComingBackKind> {
  const found = await tx.$queryRaw<{ id: string; label: string; total: bigint }[]>`
    SELECT c.id::text AS id, ${label} AS label, count(*) OVER () AS total
    FROM ${stageOf({ table })} s JOIN ${nameSql(table)} c ON c.id = s.id ${joins} WHERE ${when}
    ORDER BY 2, 1 LIMIT ${LISTED_MAX}`;
  const rows = found.map(({ id, label }) => ({ key: `${kind}:${id}`, label }));
  return { kind, total: Number(found[0]?.total ?? 0), rows };
}

async function keepToday(tx: Tx, { kind, table, when, columns }: Guard, bringBack: readonly string[]): Promise<void> {
  if (columns.length === 0 || bringBack.includes(`${kind}:all`)) return;
  const set = joinSql(columns.map((column) => sql`${nameSql(column)} = c.${nameSql(column)}`));
  await tx.$executeRaw`UPDATE ${stageOf({ table })} s SET ${set} FROM ${nameSql(table)} c
    WHERE c.id = s.id AND ${when} AND NOT (c.id::text = ANY(${namedBy(kind, bringBack)}))`;
}

/** The ids that are named of a kind. */
function namedBy(kind: string, bringBack: readonly string[]): string[] {
  return bringBack.filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1));
}

interface Left {
  kind: string;
  spec: TableSpec;
  key: Sql;
  label: Sql;
  /** When a staged row `s` is one that was taken away: what it hangs on is there, and it is not. */
  gone: Sql;
  /** Rows that are somebody else's to say, and don't come back in any case. */
  theirs: Sql;
}

const notThere = (spec: TableSpec) => sql`NOT EXISTS (SELECT FROM ${nameSql(spec.table)} c WHERE ${sameKey(spec)})`;
const ofGroup = (what: Sql) => sql`(SELECT g.name FROM member_groups g WHERE g.id = s.group_id) || ': ' || ${what}`;
const groupThere = sql`EXISTS (SELECT FROM member_groups g WHERE g.id = s.group_id)`;
const directorys = sql`EXISTS (SELECT FROM member_groups g WHERE g.id = s.group_id AND g.origin <> 'hand')`;
const SLUG = sql`(SELECT p.slug FROM products p WHERE p.id = s.product_id)`;
const MEMBER: TableSpec = { table: "group_members", key: ["group_id", "member_id"], part: "members" };
const PRODUCT: TableSpec = { table: "group_products", key: ["group_id", "product_id"], part: "members" };
const MAPPING: TableSpec = { table: "stripe_price_mappings", key: ["price_id", "product_id"], part: "settings" };

/** Links: they are there or not, and have nothing that says when they ended. */
const LEFT: readonly Left[] = [
  {
    kind: "group_member",
    spec: MEMBER,
    key: sql`s.group_id || '/' || s.member_id`,
    label: ofGroup(sql`(SELECT u.email FROM members m JOIN users u ON u.id = m.user_id WHERE m.id = s.member_id)`),
    gone: sql`${groupThere} AND ${notThere(MEMBER)}`,
    theirs: directorys,
  },
  {
    kind: "group_product",
    spec: PRODUCT,
    key: sql`s.group_id || '/' || s.product_id`,
    label: ofGroup(SLUG),
    gone: sql`${groupThere} AND ${notThere(PRODUCT)}`,
    theirs: directorys,
  },
  {
    // Who bought it would have the product with Stripe's next word, which no preview shows.
    kind: "price_product",
    spec: MAPPING,
    key: sql`s.price_id || '/' || s.product_id`,
    label: sql`s.price_id || ': ' || ${SLUG}`,
    gone: notThere(MAPPING),
    theirs: sql`false`,
  },
];

async function leaveLinks(tx: Tx, left: Left, bringBack: readonly string[]): Promise<ComingBackKind> {
  const { kind, spec, key, label, gone, theirs } = left;
  const found = await tx.$queryRaw<{ key: string; label: string; total: bigint }[]>`
    SELECT ${key} AS key, ${label} AS label, count(*) OVER () AS total
    FROM ${stageOf(spec)} s WHERE ${gone} AND ${label} IS NOT NULL AND NOT ${theirs} ORDER BY 2, 1 LIMIT ${LISTED_MAX}`;
  const named = bringBack.includes(`${kind}:all`) ? sql`true` : sql`${key} = ANY(${namedBy(kind, bringBack)})`;
  await tx.$executeRaw`DELETE FROM ${stageOf(spec)} s WHERE ${gone} AND (NOT ${named} OR ${theirs})`;
  const rows = found.map((row) => ({ key: `${kind}:${row.key}`, label: row.label }));
  return { kind, total: Number(found[0]?.total ?? 0), rows };
}

/** Prices that made whoever paid them a member, and do so no longer; of those that are gone there is no row to compare with. */
async function leavePrices(tx: Tx, bringBack: readonly string[]): Promise<ComingBackKind> {
  const kind = "price_membership";
  const gone = sql`s.membership AND NOT EXISTS (SELECT FROM stripe_prices c
    WHERE c.tenant_id = s.tenant_id AND c.price_id = s.price_id AND c.membership)`;
  const found = await tx.$queryRaw<{ key: string; label: string; total: bigint }[]>`
    SELECT s.price_id AS key, coalesce(nullif(s.name, '') || ', ', '') || s.price_id AS label, count(*) OVER () AS total
    FROM stage_stripe_prices s WHERE ${gone} ORDER BY 2, 1 LIMIT ${LISTED_MAX}`;
  if (!bringBack.includes(`${kind}:all`)) {
    await tx.$executeRaw`UPDATE stage_stripe_prices s SET membership = false
      WHERE ${gone} AND NOT (s.price_id = ANY(${namedBy(kind, bringBack)}))`;
  }
  const rows = found.map((row) => ({ key: `${kind}:${row.key}`, label: row.label }));
  return { kind, total: Number(found[0]?.total ?? 0), rows };
}
