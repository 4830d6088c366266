import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type MemberRow, memberInTenant, WITH_USER } from "./members.ts";

const memberId = z.uuid("is not an id");
const Reason = z.string().trim().max(500, "may have at most 500 characters");

/** Whoever asks later why a customer was shut out finds it in the log: a suspension says why. */
export const SuspendMember = z.strictObject({ memberId, reason: Reason.min(1, "is missing") });

/**
 * Shuts a member out of every product from the next request on, whatever they paid for or were granted; the ledger and
 * what Stripe charges stay as they are. Suspending who is suspended changes nothing, and says so.
 * @throws forbidden without `member.suspend`; not_found for a member of another tenant; invalid without a reason
 */
export async function suspendMember(ctx: Ctx, input: z.input<typeof SuspendMember>): Promise<Suspension> {
  await demand(ctx, "member.suspend");
  return setSuspended(ctx, { ...parse(SuspendMember, input), suspendedAt: ctx.now });
}

export const UnsuspendMember = z.strictObject({ memberId, reason: Reason.default("") });

/**
 * Ends a suspension: membership and grants decide again. Of who is not suspended it changes nothing, and says so.
 * @throws forbidden without `member.suspend`; not_found for a member of another tenant; invalid
 */
export async function unsuspendMember(ctx: Ctx, input: z.input<typeof UnsuspendMember>): Promise<Suspension> {
  await demand(ctx, "member.suspend");
  return setSuspended(ctx, { ...parse(UnsuspendMember, input), suspendedAt: null });
}

interface Suspension {
  member: MemberRow;
  changed: boolean;
}

interface Change {
  memberId: string;
  reason: string;
  suspendedAt: Date | null;
}

function setSuspended(ctx: Ctx, { memberId, reason, suspendedAt }: Change): Promise<Suspension> {
  return transaction(async (tx) => {
    // Of two at once the second finds what the first did.
    await tx.$queryRaw`SELECT id FROM members WHERE tenant_id = ${ctx.tenant.id}::uuid AND id = ${memberId}::uuid
      FOR NO KEY UPDATE`;
    const before = await memberInTenant(tx, ctx, memberId);
    if ((before.suspendedAt === null) === (suspendedAt === null)) return { member: before, changed: false };
    const where = { tenantId_id: { tenantId: ctx.tenant.id, id: before.id } };
    const member = await tx.member.update({ where, data: { suspendedAt }, include: WITH_USER });
    await record(tx, ctx, {
      action: suspendedAt ? "member.suspended" : "member.unsuspended",
      subject: { type: "member", id: member.id, label: member.user.email },
      reason: reason || undefined,
      before: { suspendedAt: before.suspendedAt?.toISOString() ?? null },
      after: { suspendedAt: suspendedAt?.toISOString() ?? null },
    });
    return { member, changed: true };
  });
}
