import { actorKey, actorLabel } from "#lib/access/index.ts";
import { type Prisma, runIn, type Statement, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";

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

const INSERT: Statement = {
  name: "audit_insert",
  text: `
    INSERT INTO audit_events (id, tenant_id, at, actor, actor_label, action, outcome, subject_type, subject_id, subject_label,
      reason, before, after, request_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
};

/**
 * Writes one row of the audit log in the caller's transaction: the deed and its record stand or fall together. From here to
 * the transaction's end nobody else writes to the tenant's log, so it comes last.
 * Never put a secret into `before` or `after`.
 */
export async function record(tx: Tx, scope: AuditScope, entry: AuditEntry): Promise<void> {
  const { subject } = entry;
  await runIn(tx, INSERT, [
    newId(),
    scope.tenant?.id ?? null,
    new Date(),
    actorKey(scope.actor),
    actorLabel(scope.actor),
    entry.action,
    entry.outcome ?? "done",
    ...(subject ? [subject.type, subject.id, subject.label] : [null, null, null]),
    entry.reason ?? null,
    json(entry.before),
    json(entry.after),
    scope.requestId,
  ]);
}

const json = (value: Prisma.InputJsonObject | undefined) => (value === undefined ? null : JSON.stringify(value));
