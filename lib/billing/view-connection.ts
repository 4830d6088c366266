import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { isSecretKey } from "./connect-stripe.ts";
import { webhookUrl } from "./webhook-endpoint.ts";

/** A connection as people see it: the key by its ends alone, the secret not at all. */
export interface ConnectionView {
  accountId: string;
  accountName: string;
  livemode: boolean;
  keyHint: string;
  fullAccess: boolean;
  partialRefundEnds: boolean;
  connectedAt: Date;
  checkedAt: Date | null;
  /** When the last event came in. */
  lastEventAt: Date | null;
  failedEvents: number;
}

/** The tenant's connection, or null; and where Stripe sends its events. @throws forbidden without `billing.view` */
export async function viewConnection(ctx: Ctx): Promise<{ connection: ConnectionView | null; webhookUrl: string }> {
  await demand(ctx, "billing.view");
  const where = { tenantId: ctx.tenant.id };
  return query(async (db) => {
    const row = await db.stripeConnection.findUnique({ where });
    const last = await db.stripeEvent.findFirst({
      where,
      orderBy: { receivedAt: "desc" },
      select: { receivedAt: true },
    });
    const failedEvents = await db.stripeEvent.count({ where: { ...where, processedAt: null, error: { not: null } } });
    const connection = row && {
      accountId: row.accountId,
      accountName: row.accountName,
      livemode: row.livemode,
      keyHint: row.keyHint,
      fullAccess: isSecretKey(row.keyHint),
      partialRefundEnds: row.partialRefundEnds,
      connectedAt: row.createdAt,
      checkedAt: row.checkedAt,
      lastEventAt: last?.receivedAt ?? null,
      failedEvents,
    };
    return { connection, webhookUrl: webhookUrl(ctx.tenant.slug) };
  });
}
