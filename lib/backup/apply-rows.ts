import { actorKey } from "#lib/access/index.ts";
import { joinSql, nameSql, noSql, type Sql, sql, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";
import type { Manifest } from "./manifest.ts";
import { sameKey, sameRow, stageOf } from "./stage.ts";
import type { TableSpec } from "./tables.ts";

export interface Applied {
  table: string;
  added: number;
  changed: number;
  removed: number;
  /** Over everything that was written: the same plan has the same. */
  hash: string;
}

interface How {
  tenantId: string;
  manifest: Manifest;
  undoNewer: boolean;
  /** The tables that rows are taken from. */
  staged: ReadonlySet<string>;
  /** Into a new tenant, where nothing is yet. */
  fresh: boolean;
}

type Newer = Pick<How, "tenantId" | "undoNewer" | "staged">;

/** Writes a table's staged rows: what is missing is added, what differs is set back, what is newer goes where that is asked. */
export async function applyTable(
  tx: Tx,
  ctx: Ctx,
  { spec: { sets, ...rest }, how }: { spec: TableSpec; how: How },
): Promise<Applied> {
  if (rest.table === "users") return addPeople(tx);
  const had = how.manifest.tables[rest.table]?.columns;
  if (!had) return { table: rest.table, added: 0, changed: 0, removed: 0, hash: "" };
  // A backup that is older than a table or a column says nothing of it: it stays as it is.
  const known = sets?.filter((column) => had.includes(column)) ?? [];
  const spec: TableSpec = { ...rest, ...(known.length > 0 && { sets: known }) };
  const hash = await hashOf(tx, spec, how);
  if (spec.table === "tags" && !how.fresh) await noteMoves(tx, ctx, how);
  const removed = await removeNewer(tx, ctx, { spec, how });
  const changed = await change(tx, spec, how);
  return { table: spec.table, added: await add(tx, spec, how), changed, removed, hash };
}

// Their accounts have no password: they prove the address when they first come.
async function addPeople(tx: Tx): Promise<Applied> {
  const added = await tx.$executeRaw`INSERT INTO users (id, email, name) SELECT id, email, name FROM stage_users b
    WHERE EXISTS (SELECT FROM stage_members m WHERE m.user_id = b.id) ON CONFLICT DO NOTHING`;
  return { table: "users", added, changed: 0, removed: 0, hash: String(added) };
}

/** What differs between a staged row and today's, and may be set. */
function differs({ sets = [] }: TableSpec): Sql {
  const side = (of: "c" | "s") => joinSql(sets.map((column) => sql`${sql([of])}.${nameSql(column)}`));
  return sql`(${side("c")}) IS DISTINCT FROM (${side("s")})`;
}

async function hashOf(tx: Tx, spec: TableSpec, how: How): Promise<string> {
  const table = nameSql(spec.table);
  const same = sameRow(spec, how.tenantId);
  const changed = spec.sets ? sql`OR EXISTS (SELECT FROM ${table} c WHERE ${same} AND ${differs(spec)})` : noSql;
  const [written] = await tx.$queryRaw<{ hash: string }[]>`
    SELECT md5(coalesce(string_agg(h, '' ORDER BY h), '')) AS hash FROM (SELECT md5(s::text) AS h FROM ${stageOf(spec)} s
    WHERE NOT EXISTS (SELECT FROM ${table} c WHERE ${same}) ${changed}) w`;
  const newer = newerThan(spec, how);
  if (!newer) return written?.hash ?? "";
  const [gone] = await tx.$queryRaw<{ hash: string }[]>`
    SELECT md5(coalesce(string_agg(h, '' ORDER BY h), '')) AS hash FROM (SELECT md5(c::text) AS h FROM ${table} c
    WHERE ${newer}) w`;
  return `${written?.hash}${gone?.hash}`;
}

/** The rows of today that the backup does not have, where they are to go; null where they stay. */
function newerThan(spec: TableSpec, { tenantId, undoNewer, staged }: Newer): Sql | null {
  if (!undoNewer) return null;
  const of = sql`c.tenant_id = ${tenantId}::uuid AND NOT EXISTS (SELECT FROM ${stageOf(spec)} s WHERE ${sameRow(spec, tenantId)})`;
  if (spec.table === "entitlements") {
    const meant = staged.has("products") ? withinStage("product_id", "products") : withinStage("member_id", "members");
    return sql`${of} AND c.revoked_at IS NULL AND c.source IN ('admin', 'backfill') AND ${meant}`;
  }
  if (!spec.removable) return null;
  // Only of things that the backup has: a newer product or repository keeps what it has.
  if (spec.table === "tags") return sql`${of} AND ${withinStage("repository_id", "repositories")}`;
  if (spec.table === "stripe_price_mappings") return of;
  return sql`${of} AND ${withinStage("group_id", "member_groups")}
    AND EXISTS (SELECT FROM member_groups g WHERE g.id = c.group_id AND g.origin = 'hand')`;
}

function withinStage(column: string, table: string): Sql {
  return sql`c.${nameSql(column)} IN (SELECT id FROM ${stageOf({ table })})`;
}

async function removeNewer(tx: Tx, ctx: Ctx, { spec, how }: { spec: TableSpec; how: How }): Promise<number> {
  const newer = newerThan(spec, how);
  if (!newer) return 0;
  // The ledger's rows are ended, never deleted.
  if (spec.table === "entitlements")
    return tx.$executeRaw`UPDATE entitlements c SET revoked_at = ${ctx.now}, revoked_by = ${actorKey(ctx.actor)},
      revoke_reason = ${`newer than the backup of ${how.manifest.takenAt.slice(0, 10)}, which was restored`} WHERE ${newer}`;
  return tx.$executeRaw`DELETE FROM ${nameSql(spec.table)} c WHERE ${newer}`;
}

async function change(tx: Tx, spec: TableSpec, { tenantId }: How): Promise<number> {
  if (!spec.sets) return 0;
  const set = joinSql(spec.sets.map((column) => sql`${nameSql(column)} = s.${nameSql(column)}`));
  return tx.$executeRaw`UPDATE ${nameSql(spec.table)} c SET ${set} FROM ${stageOf(spec)} s
    WHERE ${sameRow(spec, tenantId)} AND ${differs(spec)}`;
}

async function add(tx: Tx, spec: TableSpec, { tenantId, manifest }: How): Promise<number> {
  if (spec.table === "tenants") return 0;
  const columns = joinSql((manifest.tables[spec.table]?.columns ?? []).map(nameSql));
  const order = spec.order ? sql`ORDER BY s.${nameSql(spec.order)}` : noSql;
  return tx.$executeRaw`INSERT INTO ${nameSql(spec.table)} (${columns}) SELECT ${columns} FROM ${stageOf(spec)} s
    WHERE NOT EXISTS (SELECT FROM ${nameSql(spec.table)} c WHERE ${sameRow(spec, tenantId)}) ${order}
    ON CONFLICT DO NOTHING`;
}

// A tag's way here and back can be undone like any other move.
async function noteMoves(tx: Tx, ctx: Ctx, how: How): Promise<void> {
  const spec = { table: "tags", key: ["repository_id", "name"], part: "product" } as const;
  const gone = newerThan({ ...spec, removable: true }, how);
  const { tenantId } = how;
  const removed = gone
    ? sql`UNION ALL SELECT c.repository_id::text, c.name, c.digest, NULL FROM tags c WHERE ${gone}`
    : noSql;
  const moves = await tx.$queryRaw<{ repository: string; name: string; from: string | null; to: string | null }[]>`
    SELECT s.repository_id::text AS repository, s.name, c.digest AS from, s.digest AS to
    FROM stage_tags s LEFT JOIN tags c ON c.tenant_id = ${tenantId}::uuid AND ${sameKey(spec)}
    WHERE c.digest IS DISTINCT FROM s.digest ${removed}`;
  const rows = moves.map((move) => ({
    id: newId(),
    tenantId,
    repositoryId: move.repository,
    name: move.name,
    fromDigest: move.from,
    toDigest: move.to,
    movedBy: actorKey(ctx.actor),
  }));
  await tx.tagEvent.createMany({ data: rows });
}
