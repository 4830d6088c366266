import { actorKey, actorLabel } from "#lib/access/index.ts";
import type { Prisma, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

/** Whoever acts and where, as far as the log needs it; a Ctx is one. `tenant` is null for what belongs to no tenant. */
export interface AuditScope extends Pick<Ctx, "actor" | "requestId"> {
  tenant: { id: string } | null;
}

export interface AuditEntry {
  /** `resource.pastTense`, or the capability that was refused. */
  action: string;
  outcome?: "done" | "denied";
  subject?: { type: string; id: string; label: string };
  reason?: string;
  before?: Prisma.InputJsonObject;
  after?: Prisma.InputJsonObject;
}

/**
 * Writes one row of the audit log in the caller's transaction: the deed and its record stand or fall together.
 * Never put a secret into `before` or `after`.
 */
export async function record(tx: Tx, scope: AuditScope, entry: AuditEntry): Promise<void> {
  await tx.auditEvent.create({
    data: {
      tenantId: scope.tenant?.id ?? null,
      actor: actorKey(scope.actor),
      actorLabel: actorLabel(scope.actor),
      action: entry.action,
      outcome: entry.outcome ?? "done",
      subjectType: entry.subject?.type,
      subjectId: entry.subject?.id,
      subjectLabel: entry.subject?.label,
      reason: entry.reason,
      before: entry.before,
      after: entry.after,
      requestId: scope.requestId,
    },
    select: { id: true },
  });
}
