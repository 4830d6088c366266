import { rehearsed, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

/** What a change would move: who gains or loses a product, and what happens on the team. */
export interface Moves {
  gains: { count: number; first: Move[] };
  loses: { count: number; first: Move[] };
  /** In words, one line a person. */
  team: string[];
}

export interface Move {
  email: string;
  product: string;
}

const FIRST = 20;
const TEAM: Record<string, string> = {
  "team.added": "joins the team",
  "team.removed": "leaves the team",
  "team.roleChanged": "has another role on the team",
  "team.invited": "is invited to the team",
  "team.invitationWithdrawn": "is no longer invited to the team",
};

/**
 * What `work` would do, found out by doing it and undoing it: a preview can't say anything else than what comes. Nothing of
 * it stays, and no letter goes out: `work` leaves those to its caller.
 */
export function rehearse(work: (tx: Tx) => Promise<unknown>, ctx: Ctx): Promise<Moves> {
  return rehearsed(async (tx) => {
    const { _max } = await tx.auditEvent.aggregate({ where: { tenantId: ctx.tenant.id }, _max: { seq: true } });
    await work(tx);
    return { ...(await movesOf(tx, ctx)), team: await teamOf(tx, ctx, _max.seq ?? 0n) };
  });
}

/** Whoever holds another grant of the product, or needs none, neither gains nor loses it. */
async function movesOf(tx: Tx, ctx: Ctx): Promise<Pick<Moves, "gains" | "loses">> {
  const rows = await tx.$queryRaw<{ email: string; product: string; lost: boolean; count: bigint }[]>`
    SELECT email, product, lost, count FROM (
      SELECT u.email, p.name AS product, e.revoked_at IS NOT NULL AS lost, count(*) OVER side AS count,
        row_number() OVER (side ORDER BY u.email, p.name) AS place
      FROM entitlements e JOIN members m ON m.id = e.member_id JOIN users u ON u.id = m.user_id
      JOIN products p ON p.id = e.product_id
      WHERE e.tenant_id = ${ctx.tenant.id}::uuid AND e.source = 'group' AND p.requires_entitlement
        AND (e.revoked_at = ${ctx.now} OR (e.granted_at = ${ctx.now} AND e.revoked_at IS NULL))
        AND NOT EXISTS (SELECT FROM entitlements o WHERE o.member_id = e.member_id AND o.product_id = e.product_id
          AND o.id <> e.id AND o.revoked_at IS NULL AND (o.expires_at IS NULL OR o.expires_at > ${ctx.now}))
      WINDOW side AS (PARTITION BY e.revoked_at IS NOT NULL)) moved
    WHERE place <= ${FIRST}::int ORDER BY place`;
  const of = (lost: boolean) => {
    const side = rows.filter((row) => row.lost === lost);
    const first = side.map(({ email, product }) => ({ email, product }));
    return { count: Number(side[0]?.count ?? 0), first };
  };
  return { gains: of(false), loses: of(true) };
}

async function teamOf(tx: Tx, ctx: Ctx, after: bigint): Promise<string[]> {
  const where = { tenantId: ctx.tenant.id, seq: { gt: after }, action: { in: Object.keys(TEAM) } };
  const rows = await tx.auditEvent.findMany({ where, orderBy: { seq: "asc" }, take: 2 * FIRST });
  return rows.map(({ action, subjectLabel, before, after: now }) => {
    const [from, to] = [roleIn(before), roleIn(now)];
    const roles = [from, to].filter(Boolean).join(" → ");
    return `${subjectLabel} ${TEAM[action]}${roles ? ` (${roles})` : ""}`;
  });
}

function roleIn(value: unknown): string {
  const role = typeof value === "object" && value !== null && "role" in value ? value.role : "";
  return typeof role === "string" ? role : "";
}
