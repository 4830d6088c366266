import { z } from "zod";
import { type Prisma, query } from "#lib/db/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { demandInstanceAdmin } from "./demand-admin.ts";

export const SupportFilter = z.strictObject({
  tenantId: z.uuid(),
  /** The id after which the page begins. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export interface SupportRow {
  id: string;
  email: string;
  reason: string;
  createdAt: Date;
  expiresAt: Date;
  /** When it was left, or replaced by a new one, before its time. */
  endedAt: Date | null;
}

/** Who looked into a tenant for support, the latest first. @throws not_found for whoever is no instance admin; invalid */
export async function listSupportEntries(
  ctx: AccountCtx,
  input: z.input<typeof SupportFilter>,
): Promise<{ entries: SupportRow[]; next: string | null }> {
  await demandInstanceAdmin(ctx);
  const { tenantId, after, limit } = parse(SupportFilter, input);
  const rows = await query((db) =>
    db.supportEntry.findMany({
      where: { tenantId, ...(after ? { id: { lt: after } } : {}) },
      include: { user: { select: { email: true } } },
      orderBy: { id: "desc" },
      take: limit + 1,
    }),
  );
  const entries = rows.slice(0, limit).map(({ user, ...row }) => ({ ...row, email: user.email }));
  return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
}

/** The caller's own active entry in the tenant at hand, for the banner; null where there is none. It asks for no right. */
export async function findOwnSupportEntry(
  ctx: Pick<Ctx, "tenant"> & AccountCtx,
): Promise<{ reason: string; expiresAt: Date } | null> {
  return query((db) =>
    db.supportEntry.findFirst({
      where: { tenantId: ctx.tenant.id, ...isActive(ctx) },
      select: { reason: true, expiresAt: true },
      orderBy: { expiresAt: "desc" },
    }),
  );
}

/** The entries of the caller that hold now: the rule of lib/tenancy/find-access.ts, for whoever is an instance admin. */
export function isActive({ actor, now }: AccountCtx): Prisma.SupportEntryWhereInput {
  return { userId: actor.id, endedAt: null, expiresAt: { gt: now } };
}
