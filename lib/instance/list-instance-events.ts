import type { z } from "zod";
import { type AuditFilter, type AuditRow, auditEventsOf } from "#lib/audit/index.ts";
import type { AccountCtx } from "../context.ts";
import { demandInstanceAdmin } from "./demand-admin.ts";

/**
 * The instance's own audit log, newest first: sign-ins, accounts, admins; what happens in a tenant is in that tenant's.
 * @throws not_found for whoever is no instance admin; invalid
 */
export async function listInstanceEvents(
  ctx: AccountCtx,
  input: z.input<typeof AuditFilter> = {},
): Promise<{ events: AuditRow[]; next: number | null }> {
  await demandInstanceAdmin(ctx);
  return auditEventsOf(null, input);
}
