import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { containing, type Prisma, query, type StripeEvent } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";

export const StripeEventFilter = z.strictObject({
  /** A part of the id, the type or the customer, in any case. */
  search: z.string().trim().max(200).optional(),
  state: z.enum(["done", "waiting", "failed"]).optional(),
  /** The cursor of the page before: `<received at>_<id>`. */
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export interface EventRow {
  id: string;
  type: string;
  customerId: string | null;
  happenedAt: Date;
  receivedAt: Date;
  processedAt: Date | null;
  /** failed: it was tried, and is tried again. */
  state: "done" | "waiting" | "failed";
  attempts: number;
  error: string | null;
  outcome: string | null;
}

/** The events that Stripe sent for the tenant, newest first. @throws forbidden without `billing.view`; invalid */
export async function listEvents(
  ctx: Ctx,
  input: z.input<typeof StripeEventFilter> = {},
): Promise<{ events: EventRow[]; next: string | null }> {
  await demand(ctx, "billing.view");
  const { search, state, after, limit } = parse(StripeEventFilter, input);
  const rows = await query((db) =>
    db.stripeEvent.findMany({
      where: { AND: [{ tenantId: ctx.tenant.id }, matching(search), STATES[state ?? "any"], olderThan(after)] },
      omit: { payload: true },
      orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
      take: limit + 1,
    }),
  );
  const events = rows.slice(0, limit);
  return { events: events.map(shown), next: rows.length > limit ? cursorOf(events.at(-1)) : null };
}

/** One event with what Stripe sent. @throws forbidden without `billing.view`; not_found */
export async function viewEvent(ctx: Ctx, id: string): Promise<EventRow & { payload: unknown }> {
  await demand(ctx, "billing.view");
  const where = { tenantId_id: { tenantId: ctx.tenant.id, id } };
  const row = await query((db) => db.stripeEvent.findUnique({ where }));
  if (!row) throw notFound("event");
  return { ...shown(row), payload: row.payload };
}

const STATES = {
  any: {},
  done: { processedAt: { not: null } },
  waiting: { processedAt: null, error: null },
  failed: { processedAt: null, error: { not: null } },
} satisfies Record<string, Prisma.StripeEventWhereInput>;

function matching(search: string | undefined): Prisma.StripeEventWhereInput {
  if (!search) return {};
  const contains = containing(search);
  return { OR: [{ id: contains }, { type: contains }, { customerId: contains }] };
}

function olderThan(cursor: string | undefined): Prisma.StripeEventWhereInput {
  const [, time = "", id = ""] = /^(\d{1,15})_(\w+)$/.exec(cursor ?? "") ?? [];
  if (!time) return {};
  const receivedAt = new Date(Number(time));
  return { OR: [{ receivedAt: { lt: receivedAt } }, { receivedAt, id: { lt: id } }] };
}

function cursorOf(row: Pick<StripeEvent, "receivedAt" | "id"> | undefined): string | null {
  return row ? `${row.receivedAt.getTime()}_${row.id}` : null;
}

function shown(row: Omit<StripeEvent, "payload">): EventRow {
  const { id, type, customerId, happenedAt, receivedAt, processedAt, attempts, error, outcome } = row;
  const state = processedAt ? "done" : error === null ? "waiting" : "failed";
  return { id, type, customerId, happenedAt, receivedAt, processedAt, state, attempts, error, outcome };
}
