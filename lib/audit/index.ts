/**
 * The audit log: one row a deed, in the deed's own transaction, and one a refusal. Append-only and hash-chained per
 * tenant by triggers in the database. `demand` lives here because a refusal is recorded before it is thrown.
 * Hidden: how rows are numbered and chained.
 */
export { demand, recordDenial } from "./demand.ts";
export { labelActors } from "./label-actors.ts";
export { AuditFilter, type AuditRow, auditEventsOf, listAuditEvents } from "./list-events.ts";
export { type AuditEntry, type AuditScope, record } from "./record.ts";
export { recordRefusal } from "./record-refusal.ts";
export { findBrokenLink } from "./verify-chain.ts";
