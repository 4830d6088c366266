import { z } from "zod";
import { type AuditOutcome, containing, type Prisma, query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { demand } from "./demand.ts";

export const AuditFilter = z.strictObject({
  /** A part of the actor, the action or the subject, in any case. */
  search: z.string().trim().max(200).optional(),
  outcome: z.enum(["done", "denied"]).optional(),
  /** The `seq` after which the page begins, going back in time. */
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export interface AuditRow {
  id: string;
  seq: number;
  at: Date;
  actorLabel: string;
  action: string;
  outcome: AuditOutcome;
  subjectType: string | null;
  subjectLabel: string | null;
  reason: string | null;
  before: unknown;
  after: unknown;
  requestId: string;
}

/** The tenant's audit log, newest first. `next` is the cursor of the page after this one. */
export async function listAuditEvents(
  ctx: Ctx,
  input: z.input<typeof AuditFilter> = {},
): Promise<{ events: AuditRow[]; next: number | null }> {
  await demand(ctx, "audit.view");
  return auditEventsOf(ctx.tenant.id, input);
}

/** The same of any tenant, or of the instance (null), for whoever has checked who asks: it asks for no right. */
export async function auditEventsOf(
  tenantId: string | null,
  input: z.input<typeof AuditFilter>,
): Promise<{ events: AuditRow[]; next: number | null }> {
  const filter = parse(AuditFilter, input);
  const rows = await query((db) =>
    db.auditEvent.findMany({
      where: {
        tenantId,
        outcome: filter.outcome,
        ...beforeSeq(filter.before),
        ...matching(filter.search),
      },
      orderBy: { seq: "desc" },
      take: filter.limit + 1,
    }),
  );
  const events = rows.slice(0, filter.limit).map((row) => ({ ...row, seq: Number(row.seq) }));
  return { events, next: rows.length > filter.limit ? (events.at(-1)?.seq ?? null) : null };
}

function beforeSeq(before: number | undefined): Prisma.AuditEventWhereInput {
  return before ? { seq: { lt: before } } : {};
}

function matching(search: string | undefined): Prisma.AuditEventWhereInput {
  if (!search) return {};
  const contains = containing(search);
  return { OR: [{ actorLabel: contains }, { action: contains }, { subjectLabel: contains }] };
}
