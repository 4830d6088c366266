import { sql, type Tx } from "#lib/db/index.ts";
import { activeSql, inGoodStandingSql } from "#lib/entitlements/index.ts";

/** Whose access changes, and to what. */
export interface AccessChange {
  pairs: number;
  members: number;
  /** The first of them. */
  rows: { memberId: string; email: string; product: string }[];
  /** Over all of them. */
  hash: string;
}

interface At {
  tenantId: string;
  now: Date;
}

type Moment = "before" | "after";

/**
 * Keeps what the decision rests on as it is now, for all members and products at once: who is in good standing, which products
 * are open to all of them, and which grants hold (lib/access/entitle.ts; access-sql.db.test.ts holds the two together).
 */
export async function noteAccess(tx: Tx, moment: Moment, { tenantId, now }: At): Promise<void> {
  const [tenant] = await tx.$queryRaw<{ grace: number; open: boolean }[]>`
    SELECT grace_days AS grace, archived_at IS NULL AS open FROM tenants WHERE id = ${tenantId}::uuid`;
  const good = inGoodStandingSql({ now, graceDays: tenant?.grace ?? 0 });
  const open = tenant?.open ?? false;
  const [goods, opens, grants] = TABLES[moment];
  await tx.$executeRaw`CREATE TEMP TABLE ${goods} ON COMMIT DROP AS
    SELECT m.id FROM members m WHERE m.tenant_id = ${tenantId}::uuid AND ${open} AND ${good}`;
  await tx.$executeRaw`CREATE TEMP TABLE ${opens} ON COMMIT DROP AS SELECT p.id FROM products p
    WHERE p.tenant_id = ${tenantId}::uuid AND p.archived_at IS NULL AND p.visibility = 'listed' AND NOT p.requires_entitlement`;
  await tx.$executeRaw`CREATE TEMP TABLE ${grants} ON COMMIT DROP AS
    SELECT DISTINCT e.member_id, e.product_id FROM entitlements e JOIN products p ON p.id = e.product_id
    WHERE e.tenant_id = ${tenantId}::uuid AND p.archived_at IS NULL AND ${activeSql({ now })}`;
  for (const table of [goods, opens, grants]) await tx.$executeRaw`ANALYZE ${table}`;
}

const TABLES = {
  before: [sql`good_before`, sql`open_before`, sql`grants_before`],
  after: [sql`good_after`, sql`open_after`, sql`grants_after`],
} as const;

// Joined and not asked for each pair: where every member's standing differs there are millions of them.
const joined = (moment: Moment) => {
  const [goods, opens, grants] = TABLES[moment];
  const [good, open, grant] = JOINED[moment];
  return sql`LEFT JOIN ${goods} ${good} ON ${good}.id = c.member_id LEFT JOIN ${opens} ${open} ON ${open}.id = c.product_id
    LEFT JOIN ${grants} ${grant} ON ${grant}.member_id = c.member_id AND ${grant}.product_id = c.product_id`;
};

const JOINED = {
  before: [sql`gb`, sql`ob`, sql`eb`],
  after: [sql`ga`, sql`oa`, sql`ea`],
} as const;

const had = (moment: Moment) => {
  const [good, open, grant] = JOINED[moment];
  return sql`(${good}.id IS NOT NULL AND (${open}.id IS NOT NULL OR ${grant}.member_id IS NOT NULL))`;
};

const LISTED_MAX = 200;

/** Who has what after that they had not before, or the other way round. Only where something changed is looked at. */
export async function accessChange(tx: Tx, which: "gained" | "lost", tenantId: string): Promise<AccessChange> {
  const [before, after] = which === "gained" ? (["before", "after"] as const) : (["after", "before"] as const);
  // Rows that came a moment ago are not counted yet: by its guess one by one, a plan of a large tenant would take for ever.
  await tx.$executeRaw`SET LOCAL enable_nestloop = off`;
  const differing = (n: 0 | 1) => sql`((SELECT id FROM ${TABLES.before[n]} EXCEPT SELECT id FROM ${TABLES.after[n]})
    UNION (SELECT id FROM ${TABLES.after[n]} EXCEPT SELECT id FROM ${TABLES.before[n]}))`;
  const rows = await tx.$queryRaw<
    { memberId: string; email: string; product: string; pairs: bigint; members: bigint; hash: string }[]
  >`
    WITH candidates AS (
      SELECT d.id AS member_id, p.id AS product_id FROM ${differing(0)} d, products p WHERE p.tenant_id = ${tenantId}::uuid
      UNION SELECT m.id, d.id FROM ${differing(1)} d, members m WHERE m.tenant_id = ${tenantId}::uuid
      UNION ((TABLE grants_before EXCEPT TABLE grants_after) UNION (TABLE grants_after EXCEPT TABLE grants_before))
    ), moved AS (
      SELECT m.id AS "memberId", u.email, p.slug AS product FROM candidates c JOIN members m ON m.id = c.member_id
      JOIN users u ON u.id = m.user_id JOIN products p ON p.id = c.product_id ${joined("before")} ${joined("after")}
      WHERE ${had(after)} AND NOT ${had(before)}
    ), counted AS (
      SELECT count(*) AS pairs, count(DISTINCT "memberId") AS members,
        md5(coalesce(string_agg("memberId"::text || product, '' ORDER BY "memberId", product), '')) AS hash FROM moved
    )
    SELECT moved."memberId"::text, moved.email, moved.product, counted.pairs, counted.members, counted.hash
    FROM counted LEFT JOIN moved ON true ORDER BY moved.email, moved.product LIMIT ${LISTED_MAX}`;
  await tx.$executeRaw`SET LOCAL enable_nestloop = on`;
  const [first] = rows;
  return {
    pairs: Number(first?.pairs ?? 0),
    members: Number(first?.members ?? 0),
    hash: first?.hash ?? "",
    rows: rows.filter((row) => row.memberId).map(({ memberId, email, product }) => ({ memberId, email, product })),
  };
}
