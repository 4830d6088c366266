import { actorKey, decide, type Person } from "#lib/access/index.ts";
import { type BulkChange, query, sql, type Tx, transaction } from "#lib/db/index.ts";
import { roleNow } from "#lib/tenancy/index.ts";
import type { Ctx } from "../../context.ts";
import { isAppError } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { log } from "../../log.ts";
import { finishBulk } from "./finish-bulk.ts";
import { type Line, linesSql, type Outcome } from "./outcomes.ts";
import { CAPABILITY } from "./prepare-bulk.ts";
import { type BulkView, bulkInTenant } from "./view-bulk.ts";

const CHUNK = 500;
const DRAFT_DAYS = 7;
const KEEP_DAYS = 90;

/**
 * Does what was confirmed, a chunk of lines at a time and each chunk in one transaction: a process that dies leaves whole
 * chunks, and the next one goes on after them. @throws the signal's reason, and unavailable where the database is away
 */
export async function runBulkChanges({
  signal,
  chunk = CHUNK,
}: {
  signal: AbortSignal;
  chunk?: number;
}): Promise<void> {
  for (let next = await nextBulk(); next; next = await nextBulk()) {
    signal.throwIfAborted();
    await doChunk(next, chunk).catch((error: Error) => stopped(next, error));
  }
  await forget();
}

function nextBulk(): Promise<BulkChange | null> {
  const where = { confirmedAt: { not: null }, finishedAt: null };
  return query((db) => db.bulkChange.findFirst({ where, orderBy: { confirmedAt: "asc" } }));
}

async function doChunk({ id, tenantId }: BulkChange, size: number): Promise<void> {
  await transaction(async (tx) => {
    const change = await lockBulk(tx, { id, tenantId });
    if (change.finishedAt) return;
    const ctx = await contextOf(tx, change);
    const decision = decide(ctx.actor, CAPABILITY[change.kind]);
    if (!decision.allowed) return finishBulk(tx, ctx, { change, how: { error: decision.reason } });

    const doneTo = Math.min(change.lines, change.doneTo + size);
    await applyLines(tx, ctx, { change, from: change.doneTo, to: doneTo });
    await tx.bulkChange.update({ where: { id }, data: { doneTo } });
    if (doneTo >= change.lines) await finishBulk(tx, ctx, { change: { ...change, doneTo } });
  });
}

/** One worker at a time: what another did meanwhile is seen. */
async function lockBulk(tx: Tx, { id, tenantId }: Pick<BulkChange, "id" | "tenantId">): Promise<BulkView> {
  await tx.$queryRaw`SELECT id FROM bulk_changes WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid FOR UPDATE`;
  return bulkInTenant(tx, { tenant: { id: tenantId, slug: "", name: "" } }, id);
}

/** Whoever confirmed it, as they stand to the tenant now. */
async function contextOf(tx: Tx, { tenantId, userId, requestId, requestedByLabel }: BulkChange): Promise<Ctx> {
  const tenant = await tx.tenant.findUniqueOrThrow({
    where: { id: tenantId },
    select: { id: true, slug: true, name: true, archivedAt: true },
  });
  const actor: Person = {
    type: "user",
    id: userId,
    email: requestedByLabel,
    ...(await roleNow(tx, { tenantId, userId })),
    archived: tenant.archivedAt !== null,
  };
  return { tenant, actor, requestId, now: new Date() };
}

interface Chunk {
  change: BulkChange;
  from: number;
  to: number;
}

async function applyLines(tx: Tx, ctx: Ctx, { change, from, to }: Chunk): Promise<void> {
  const range = sql`AND i.line > ${from} AND i.line <= ${to}`;
  // As in standingGrant: one change at a time to a member's ledger; in one order, so that two can't wait for each other.
  await tx.$queryRaw`
    SELECT id FROM members WHERE id IN (SELECT i.member_id FROM bulk_items i WHERE i.bulk_id = ${change.id}::uuid ${range})
    ORDER BY id FOR NO KEY UPDATE`;
  const lines = await tx.$queryRaw<Line[]>`${linesSql(change, ctx.now, range)}`;
  const of = (...outcomes: Outcome[]) => lines.filter(({ outcome }) => outcomes.includes(outcome));
  if (change.kind === "grant") {
    await endOld(tx, ctx, { change, lines: of("gains", "suspended", "changes") });
    await addNew(tx, ctx, { change, lines: of("gains", "suspended", "changes") });
  } else await endByHand(tx, ctx, { change, lines: of("loses", "keeps") });
  const [numbers, outcomes] = [lines.map(({ line }) => line), lines.map(({ outcome }) => outcome)];
  // By arrays and not by a join: right after they were written, tables are thought to be empty, and joined row by row.
  await tx.$executeRaw`
    UPDATE bulk_items SET outcome = (${outcomes}::text[])[array_position(${numbers}::int[], line)]
    WHERE bulk_id = ${change.id}::uuid AND line = ANY(${numbers}::int[])`;
}

interface Part {
  change: BulkChange;
  lines: Line[];
}

const membersOf = (lines: Line[]) => lines.map(({ memberId }) => memberId ?? "");

// What makes room for the new row: one whose time is over, and one that another end takes the place of.
async function endOld(tx: Tx, ctx: Ctx, { lines }: Part): Promise<void> {
  const ids = lines.flatMap(({ oldId }) => oldId ?? []);
  if (ids.length === 0) return;
  await tx.$executeRaw`
    UPDATE entitlements SET
      revoked_at = CASE WHEN expires_at <= ${ctx.now} THEN expires_at ELSE ${ctx.now} END,
      revoked_by = CASE WHEN expires_at <= ${ctx.now} THEN 'system' ELSE ${actorKey(ctx.actor)} END,
      revoke_reason = CASE WHEN expires_at <= ${ctx.now} THEN 'expired' ELSE 'replaced' END,
      replaced = expires_at IS NULL OR expires_at > ${ctx.now}
    WHERE id = ANY(${ids}::uuid[])`;
}

async function addNew(tx: Tx, ctx: Ctx, { change, lines }: Part): Promise<void> {
  if (lines.length === 0) return;
  const time = (date: Date | null) => date?.toISOString() ?? null;
  await tx.$executeRaw`
    INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, reason, granted_by, granted_at, starts_at, expires_at)
    SELECT id, ${ctx.tenant.id}::uuid, member_id, ${change.productId}::uuid, 'admin', reason, ${actorKey(ctx.actor)},
      ${ctx.now}, starts_at, expires_at
    FROM unnest(${lines.map(() => newId())}::uuid[], ${membersOf(lines)}::uuid[], ${lines.map(({ reason }) => reason)}::text[],
      ${lines.map(({ startsAt }) => time(startsAt))}::timestamptz[],
      ${lines.map(({ expiresAt }) => time(expiresAt))}::timestamptz[]) AS one (id, member_id, reason, starts_at, expires_at)`;
}

async function endByHand(tx: Tx, ctx: Ctx, { change, lines }: Part): Promise<void> {
  const members = membersOf(lines);
  const reasons = lines.map(({ reason }) => reason);
  await tx.$executeRaw`
    UPDATE entitlements SET revoked_at = ${ctx.now}, revoked_by = ${actorKey(ctx.actor)},
      revoke_reason = (${reasons}::text[])[array_position(${members}::uuid[], member_id)]
    WHERE member_id = ANY(${members}::uuid[]) AND product_id = ${change.productId}::uuid
      AND source IN ('admin', 'backfill') AND revoked_at IS NULL`;
}

// What the database could not do now is tried again by the job; anything else would fail for ever.
async function stopped({ id, tenantId }: BulkChange, error: Error): Promise<void> {
  if (isAppError(error) && error.code === "unavailable") throw error;
  log.error({ bulkChange: id, error: error.stack }, "a bulk change stopped");
  await transaction(async (tx) => {
    const change = await lockBulk(tx, { id, tenantId });
    // Another worker met it, too, or did it all meanwhile.
    if (change.finishedAt) return;
    const ctx = await contextOf(tx, change);
    await finishBulk(tx, ctx, { change, how: { error: "It met an error that the server's log has." } });
  });
}

/** What was prepared and never confirmed, and the lines of what is long over. */
async function forget(): Promise<void> {
  await transaction(async (tx) => {
    await tx.$executeRaw`DELETE FROM bulk_items i USING bulk_changes b WHERE b.id = i.bulk_id AND (
      (b.confirmed_at IS NULL AND b.created_at < now() - make_interval(days => ${DRAFT_DAYS}))
      OR b.finished_at < now() - make_interval(days => ${KEEP_DAYS}))`;
    await tx.$executeRaw`DELETE FROM bulk_changes
      WHERE confirmed_at IS NULL AND created_at < now() - make_interval(days => ${DRAFT_DAYS})`;
  });
}
