import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { AppError } from "../errors.ts";

const HOUR_MS = 3_600_000;
const TO_ONE_ADDRESS = 5;
const OF_ONE_TENANT = 100;
const LETTERS = { in: ["team.invited", "team.invitationResent"] };

/**
 * Keeps invitations from flooding somebody: five letters an hour to an address, a hundred from a tenant. The audit log has
 * each of them; under the tenant's lock none slips by.
 * @throws limit_exceeded
 */
export async function refuseTooManyLetters(tx: Tx, { tenant, now }: Ctx, email: string): Promise<void> {
  const at = { gte: new Date(now.getTime() - HOUR_MS) };
  const sent = { tenantId: tenant.id, action: LETTERS, outcome: "done", at } as const;
  if ((await tx.auditEvent.count({ where: { ...sent, subjectLabel: email } })) >= TO_ONE_ADDRESS) {
    throw tooMany(`${email} was sent ${TO_ONE_ADDRESS} letters within an hour.`);
  }
  if ((await tx.auditEvent.count({ where: sent })) >= OF_ONE_TENANT) {
    throw tooMany(`This workspace sent ${OF_ONE_TENANT} invitations within an hour.`);
  }
}

/** Those of the addresses to which a letter may go now, as many as the tenant may still send. */
export async function withinLimits(tx: Tx, { tenant, now }: Ctx, emails: readonly string[]): Promise<string[]> {
  const at = { gte: new Date(now.getTime() - HOUR_MS) };
  const where = { tenantId: tenant.id, action: LETTERS, outcome: "done", at } as const;
  const sent = await tx.auditEvent.findMany({ where, select: { subjectLabel: true } });
  const to = (email: string) => sent.filter(({ subjectLabel }) => subjectLabel === email).length;
  return emails.slice(0, Math.max(0, OF_ONE_TENANT - sent.length)).filter((email) => to(email) < TO_ONE_ADDRESS);
}

function tooMany(what: string): AppError {
  return new AppError("limit_exceeded", `${what} Try again later.`, { retryAfterSeconds: HOUR_MS / 2000 });
}
