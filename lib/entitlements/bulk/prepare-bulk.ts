import { z } from "zod";
import { actorLabel } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import { type BulkChange, containing, type Sql, sql, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { conflict, invalid } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { readLines } from "./read-lines.ts";

export const LINES_MAX = 50_000;
/** A form of the pages carries no more. */
export const CSV_MAX = 900_000;

export const PrepareBulk = z.strictObject({
  kind: z.enum(["grant", "revoke"]),
  productId: z.uuid("is not an id"),
  reason: z.string().trim().max(500, "may have at most 500 characters").default(""),
  /** For lines without an end of their own; none is for good. */
  expiresAt: z.iso.datetime({ offset: true, error: "is not a date and time such as 2026-12-31T00:00:00Z" }).optional(),
  /** Whom it is about: a list … */
  csv: z.string().max(CSV_MAX, "is larger than 900 kB: split it").optional(),
  /** … or these members … */
  memberIds: z.array(z.uuid("is not an id")).min(1, "is missing").max(1000, "may name at most 1000").optional(),
  /** … or all whose name or address holds this; empty is everybody. */
  search: z.string().trim().max(200).optional(),
});

/** What `demand` must be asked before a bulk change of this kind. */
export const CAPABILITY = { grant: "entitlement.grant", revoke: "entitlement.revoke" } as const;

/**
 * Prepares a grant or revoke for many members, to be looked at and confirmed: nothing of the ledger changes.
 * @throws forbidden without `entitlement.grant` or `entitlement.revoke`; not_found; invalid
 */
export async function prepareBulk(ctx: Ctx, input: z.input<typeof PrepareBulk>): Promise<BulkChange> {
  const { kind } = parse(PrepareBulk.pick({ kind: true }).loose(), input);
  await demand(ctx, CAPABILITY[kind]);
  const asked = parse(PrepareBulk, input);
  const { actor } = ctx;
  // It runs long after the request: whether a token may still do it could not be asked then.
  if (actor.type !== "user") throw conflict("Only somebody who is signed in can change many members at once.");
  const expiresAt = asked.expiresAt ? new Date(asked.expiresAt) : null;
  if (expiresAt && expiresAt <= ctx.now) throw invalid({ expiresAt: "is in the past" });
  if (expiresAt && kind === "revoke") throw invalid({ expiresAt: "is for grants" });
  return transaction(async (tx) => {
    await productInTenant(tx, ctx, asked.productId);
    const change = await tx.bulkChange.create({
      data: {
        tenantId: ctx.tenant.id,
        kind,
        productId: asked.productId,
        reason: asked.reason,
        expiresAt,
        userId: actor.id,
        requestedByLabel: actorLabel(actor),
        requestId: ctx.requestId,
        createdAt: ctx.now,
      },
    });
    const lines = await addItems(tx, ctx, { bulkId: change.id, ...asked });
    return tx.bulkChange.update({ where: { id: change.id }, data: { lines } });
  });
}

type Whom = { bulkId: string } & Pick<z.output<typeof PrepareBulk>, "csv" | "memberIds" | "search">;

/** @returns the last line's number */
async function addItems(tx: Tx, ctx: Ctx, { bulkId, csv, memberIds, search }: Whom): Promise<number> {
  if ([csv, memberIds, search].filter((way) => way !== undefined).length !== 1) {
    throw invalid({ csv: "is missing: a list, a selection or a search, and one of them" });
  }
  if (csv !== undefined) return addLines(tx, ctx, { bulkId, csv });
  if (memberIds) return addMembers(tx, ctx, { bulkId, where: sql`m.id = ANY(${memberIds}::uuid[])` });
  if (!search) return addMembers(tx, ctx, { bulkId, where: sql`true` });
  const pattern = `%${containing(search).contains}%`;
  return addMembers(tx, ctx, { bulkId, where: sql`(u.email ILIKE ${pattern} OR u.name ILIKE ${pattern})` });
}

async function addLines(tx: Tx, ctx: Ctx, { bulkId, csv }: { bulkId: string; csv: string }): Promise<number> {
  const lines = readLines(csv, ctx.now);
  if (lines.length === 0) throw invalid({ csv: "has no line with an address" });
  if (lines.length > LINES_MAX) throw invalid({ csv: `has more than ${LINES_MAX} lines: split it` });
  await tx.$executeRaw`
    INSERT INTO bulk_items (tenant_id, bulk_id, line, email, reason, expires_at, problem, member_id)
    SELECT ${ctx.tenant.id}::uuid, ${bulkId}::uuid, i.line, i.email, i.reason, i.expires_at, i.problem, m.id
    FROM unnest(${lines.map(({ line }) => line)}::int[], ${lines.map(({ email }) => email)}::text[],
      ${lines.map(({ reason }) => reason)}::text[], ${lines.map(({ expiresAt }) => expiresAt?.toISOString() ?? null)}::timestamptz[],
      ${lines.map(({ problem }) => problem)}::text[]) AS i (line, email, reason, expires_at, problem)
    LEFT JOIN users u ON u.email = i.email
    LEFT JOIN members m ON m.user_id = u.id AND m.tenant_id = ${ctx.tenant.id}::uuid`;
  return lines.at(-1)?.line ?? 0;
}

async function addMembers(tx: Tx, ctx: Ctx, { bulkId, where }: { bulkId: string; where: Sql }): Promise<number> {
  const lines = await tx.$executeRaw`
    INSERT INTO bulk_items (tenant_id, bulk_id, line, email, member_id)
    SELECT m.tenant_id, ${bulkId}::uuid, row_number() OVER (ORDER BY m.id), u.email, m.id
    FROM members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = ${ctx.tenant.id}::uuid AND ${where} LIMIT ${LINES_MAX + 1}`;
  if (lines === 0) throw invalid({ memberIds: "names nobody who is a member here" });
  if (lines > LINES_MAX) throw invalid({ search: `finds more than ${LINES_MAX} members: narrow it` });
  return lines;
}
