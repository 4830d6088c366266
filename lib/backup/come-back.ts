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
  for (const table of ["group_members", "group_products"] as const)
    if (staged.has(table)) kinds.push(await leaveGroups(tx, table, bringBack));
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

const GROUPS = {
  group_members: {
    kind: "group_member",
    key: sql`s.group_id || '/' || s.member_id`,
    label: sql`(SELECT u.email FROM members m JOIN users u ON u.id = m.user_id WHERE m.id = s.member_id)`,
    spec: { table: "group_members", key: ["group_id", "member_id"], part: "members" } as TableSpec,
  },
  group_products: {
    kind: "group_product",
    key: sql`s.group_id || '/' || s.product_id`,
    label: sql`(SELECT p.slug FROM products p WHERE p.id = s.product_id)`,
    spec: { table: "group_products", key: ["group_id", "product_id"], part: "members" } as TableSpec,
  },
};

// Whoever was taken out of a group that is still there stays out of it, and so does a product.
async function leaveGroups(tx: Tx, table: keyof typeof GROUPS, bringBack: readonly string[]): Promise<ComingBackKind> {
  const { kind, key, label, spec } = GROUPS[table];
  const gone = sql`EXISTS (SELECT FROM member_groups g WHERE g.id = s.group_id)
    AND NOT EXISTS (SELECT FROM ${nameSql(table)} c WHERE ${sameKey(spec)})`;
  const group = sql`(SELECT g.name FROM member_groups g WHERE g.id = s.group_id)`;
  const found = await tx.$queryRaw<{ key: string; label: string; total: bigint }[]>`
    SELECT ${key} AS key, ${group} || ': ' || ${label} AS label, count(*) OVER () AS total
    FROM ${stageOf({ table })} s WHERE ${gone} AND ${label} IS NOT NULL ORDER BY 2, 1 LIMIT ${LISTED_MAX}`;
  // What the directory or a claim says of a group is theirs to say.
  const theirs = sql`EXISTS (SELECT FROM member_groups g WHERE g.id = s.group_id AND g.origin <> 'hand')`;
  const named = bringBack.includes(`${kind}:all`) ? sql`true` : sql`${key} = ANY(${namedBy(kind, bringBack)})`;
  await tx.$executeRaw`DELETE FROM ${stageOf({ table })} s WHERE ${gone} AND (NOT ${named} OR ${theirs})`;
  const rows = found.map((row) => ({ key: `${kind}:${row.key}`, label: row.label }));
  return { kind, total: Number(found[0]?.total ?? 0), rows };
}
