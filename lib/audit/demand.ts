import { type Capability, decide } from "#lib/access/index.ts";
import { apart, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { AppError } from "../errors.ts";
import { type AuditEntry, type AuditScope, record } from "./record.ts";

/**
 * The first line of every verb: the actor may use the capability, or nothing happens but a row of the audit log.
 * @throws forbidden with the sentence that the disabled button shows; its `reason` is the capability
 */
export async function demand(ctx: Ctx, capability: Capability): Promise<void> {
  const decision = decide(ctx.actor, capability);
  if (decision.allowed) return;
  await recordDenial(ctx, { action: capability, reason: decision.reason });
  throw new AppError("forbidden", decision.reason, { reason: capability });
}

/** Records what was refused, in a transaction of its own. */
export async function recordDenial(
  scope: AuditScope,
  denial: Required<Pick<AuditEntry, "action" | "reason">> & Pick<AuditEntry, "subject">,
): Promise<void> {
  await apart(() => transaction((tx) => record(tx, scope, { ...denial, outcome: "denied" })));
}
