import { z } from "zod";
import type { Role } from "#lib/access/index.ts";
import { record, recordDenial } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { AppError } from "../errors.ts";
import { parse } from "../parse.ts";
import { hashSecret } from "../secret.ts";
import { joinTeam } from "./add-to-team.ts";
import { lockTenant } from "./change-tenant.ts";

/** An invitation as its link shows it. */
export interface InvitationView {
  email: string;
  role: Role;
  invitedBy: string;
  expiresAt: Date;
  tenant: { slug: string; name: string };
  /** Whether the address has an account to sign in with. */
  hasAccount: boolean;
}

export interface Accepted {
  tenant: { slug: string; name: string };
  /** The role held now: who was on the team already keeps theirs. */
  role: Role;
  joined: boolean;
}

export const InvitationToken = z.string().max(100);
export const AcceptInvitation = z.strictObject({ token: InvitationToken });

// What a link opens: nobody accepted it, nobody withdrew it, it has time left, and the team can still be joined.
const open = (token: string, now: Date) => ({
  tokenHash: hashSecret(token),
  acceptedAt: null,
  withdrawnAt: null,
  expiresAt: { gt: now },
  tenant: { archivedAt: null, deletedAt: null },
});

/** The invitation of a link, which stays as good as it is; null where the link leads nowhere any more. */
export async function findInvitation(token: string, now: Date): Promise<InvitationView | null> {
  if (!InvitationToken.safeParse(token).success) return null;
  const select = { email: true, role: true, invitedBy: true, expiresAt: true } as const;
  const tenant = { select: { slug: true, name: true } };
  return query(async (db) => {
    const invitation = await db.invitation.findFirst({ where: open(token, now), select: { ...select, tenant } });
    if (!invitation) return null;
    const account = await db.user.findUnique({ where: { email: invitation.email }, select: { id: true } });
    return { ...invitation, hasAccount: account !== null };
  });
}

/**
 * Puts the signed-in person on the team that invited their address. Who is on it already keeps their role.
 * @throws forbidden for another address; not_found where the link was used, withdrawn or has expired
 */
export async function acceptInvitation(ctx: AccountCtx, input: z.input<typeof AcceptInvitation>): Promise<Accepted> {
  const { token } = parse(AcceptInvitation, input);
  await demandAddress(ctx, token);
  return transaction((tx) => takeInvitation(tx, { ...ctx, token }, async () => ctx.actor));
}

/**
 * Uses a link up in the caller's transaction and puts on the team whom `person` gives for its address. Of two at once, one
 * succeeds.
 * @throws as acceptInvitation, and what `person` throws
 */
export async function takeInvitation(
  tx: Tx,
  { token, now, requestId }: { token: string; now: Date; requestId: string },
  person: (email: string) => Promise<{ id: string; email: string }>,
): Promise<Accepted> {
  const found = await tx.invitation.findFirst({ where: open(token, now), select: { tenantId: true } });
  if (!found) throw invitationGone();
  // What the team decides meanwhile comes before or after: it archives the tenant, or withdraws what its sender lost.
  await lockTenant(tx, found.tenantId);
  const { count } = await tx.invitation.updateMany({ where: open(token, now), data: { acceptedAt: now } });
  if (count === 0) throw invitationGone();
  const { tenant, ...invitation } = await tx.invitation.findUniqueOrThrow({
    where: { tokenHash: hashSecret(token) },
    include: { tenant: { select: { id: true, slug: true, name: true } } },
  });
  const { email, role, invitedBy, byGroups } = invitation;
  const user = await person(email);
  const actor = { type: "user", id: user.id, email: user.email, role: null } as const;
  const scope = { tenant, actor, requestId };
  const result = await joinTeam(tx, scope, { user, role, invitedBy, byGroups });
  if (!result.joined) {
    const subject = { type: "invitation", id: invitation.id, label: email };
    await record(tx, scope, { action: "team.invitationAccepted", subject, after: { role: result.role } });
  }
  return { tenant: { slug: tenant.slug, name: tenant.name }, ...result };
}

async function demandAddress(ctx: AccountCtx, token: string): Promise<void> {
  const select = { id: true, email: true, tenantId: true } as const;
  const invitation = await query((db) => db.invitation.findFirst({ where: open(token, ctx.now), select }));
  if (!invitation) throw invitationGone();
  const { id, email, tenantId } = invitation;
  if (ctx.actor.email === email) return;
  const reason = `This invitation is for ${email}. You are signed in as ${ctx.actor.email}.`;
  const subject = { type: "invitation", id, label: email };
  await recordDenial({ ...ctx, tenant: { id: tenantId } }, { action: "team.join", reason, subject });
  throw new AppError("forbidden", reason);
}

/** What is said of every link that opens nothing: used, withdrawn, expired, made up. */
export function invitationGone(): AppError {
  return new AppError("not_found", "This invitation was used, withdrawn or has expired. Ask for a new one.");
}
