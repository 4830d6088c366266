import { z } from "zod";
import { type Actor, actorLabel, mayGiveRole, ROLES, type Role, roleAllows } from "#lib/access/index.ts";
import { demand, record } from "#lib/audit/index.ts";
import { type Invitation, query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { EmailAddress } from "../email.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { hashSecret, newLinkSecret } from "../secret.ts";
import { insist } from "./change-tenant.ts";
import { type InvitationRow, type Sent, sendInvitation } from "./invitation-letter.ts";
import { refuseTooManyLetters } from "./letter-limits.ts";
import { decideGiving } from "./rank.ts";
import { changeTeam } from "./team-change.ts";

const DAYS = 7;
const OPEN = { acceptedAt: null, withdrawnAt: null } as const;

export const InviteToTeam = z.strictObject({ email: EmailAddress, role: z.enum(ROLES) });

/**
 * Invites an address to the team by a letter, whose link works for seven days; it is kept as a hash alone.
 * @throws forbidden without `team.invite` or for a role above the actor's; conflict for who is on the team or has an open
 * invitation; limit_exceeded after too many letters; invalid
 */
export async function inviteToTeam(ctx: Ctx, input: z.input<typeof InviteToTeam>): Promise<Sent> {
  const secret = newLinkSecret();
  const change = { capability: "team.invite", schema: InviteToTeam, input } as const;
  const invitation = await changeTeam(ctx, change, async (tx, held, { email, role }) => {
    insist(decideGiving(held.actor, role), "team.invite");
    await refuseWhoIsHere(tx, ctx, email);
    await refuseTooManyLetters(tx, ctx, email);
    const data = { tenantId: ctx.tenant.id, email, role, ...linkOf(ctx, secret) };
    const made = await tx.invitation.create({ data });
    await record(tx, ctx, { action: "team.invited", subject: subjectOf(made), after: { role } });
    return made;
  });
  return sendInvitation(ctx, { invitation, secret });
}

export const OneInvitation = z.strictObject({ invitationId: z.uuid("is not an id") });

/**
 * Sends an open invitation again, with a new link and seven more days: the link before it is dead.
 * @throws forbidden without `team.invite` or for a role above the actor's; not_found for one that is not open, or of
 * another tenant
 */
export async function resendInvitation(ctx: Ctx, input: z.input<typeof OneInvitation>): Promise<Sent> {
  const secret = newLinkSecret();
  const change = { capability: "team.invite", schema: OneInvitation, input } as const;
  const invitation = await changeTeam(ctx, change, async (tx, held, { invitationId }) => {
    const { id, email } = await openInTenant(tx, held, invitationId);
    await refuseTooManyLetters(tx, ctx, email);
    const data = { ...linkOf(ctx, secret), sentAt: ctx.now };
    const renewed = await tx.invitation.update({ where: { id, ...OPEN }, data });
    await record(tx, ctx, { action: "team.invitationResent", subject: subjectOf(renewed) });
    return renewed;
  });
  return sendInvitation(ctx, { invitation, secret });
}

/** Ends an open invitation: its link is dead. @throws as resendInvitation */
export async function withdrawInvitation(ctx: Ctx, input: z.input<typeof OneInvitation>): Promise<{ email: string }> {
  const change = { capability: "team.invite", schema: OneInvitation, input } as const;
  return changeTeam(ctx, change, async (tx, held, { invitationId }) => {
    const invitation = await openInTenant(tx, held, invitationId);
    await end(tx, ctx, invitation);
    return { email: invitation.email };
  });
}

export const InvitationFilter = z.strictObject({
  /** The id after which the page begins. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** The invitations that nobody accepted or withdrew, the oldest first; expired ones too. */
export async function listInvitations(
  ctx: Ctx,
  input: z.input<typeof InvitationFilter> = {},
): Promise<{ invitations: InvitationRow[]; next: string | null }> {
  await demand(ctx, "team.view");
  const { after, limit } = parse(InvitationFilter, input);
  const rows = await query((db) =>
    db.invitation.findMany({
      where: { tenantId: ctx.tenant.id, ...OPEN, ...(after ? { id: { gt: after } } : {}) },
      omit: { tokenHash: true },
      orderBy: { id: "asc" },
      take: limit + 1,
    }),
  );
  const invitations = rows.slice(0, limit);
  return { invitations, next: rows.length > limit ? (invitations.at(-1)?.id ?? null) : null };
}

/**
 * Withdraws what somebody invited for and could not give in the role that they have now (null: none), so that nobody
 * comes back, or rises, by a link that they sent before.
 */
export async function withdrawBeyond(tx: Tx, ctx: Ctx, { userId, role }: { userId: string; role: Role | null }) {
  const given = ROLES.filter((one) => role && roleAllows(role, "team.invite") && mayGiveRole(role, one));
  const where = { tenantId: ctx.tenant.id, inviterId: userId, ...OPEN, role: { notIn: given } };
  for (const invitation of await tx.invitation.findMany({ where, orderBy: { id: "asc" } })) {
    await end(tx, ctx, invitation);
  }
}

/** Invites somebody whom groups give a role, in the caller's transaction; the letter goes out after it. */
export async function inviteByGroups(
  tx: Tx,
  ctx: Ctx,
  { email, role }: { email: string; role: Role },
): Promise<{ invitation: Invitation; secret: string }> {
  const secret = newLinkSecret();
  const words = { invitedBy: ctx.tenant.name, inviterId: null, byGroups: true };
  const data = { tenantId: ctx.tenant.id, email, role, ...linkOf(ctx, secret), ...words };
  const invitation = await tx.invitation.create({ data });
  await record(tx, ctx, { action: "team.invited", subject: subjectOf(invitation), after: { role, by: "groups" } });
  return { invitation, secret };
}

/**
 * Withdraws what groups invited for and give no more, and has the others offer the role that they give now.
 * @returns the addresses that have an open invitation, of whomever
 */
export async function withdrawByGroups(tx: Tx, ctx: Ctx, wanted: ReadonlyMap<string, Role>): Promise<Set<string>> {
  const where = { tenantId: ctx.tenant.id, ...OPEN, OR: [{ byGroups: true }, { email: { in: [...wanted.keys()] } }] };
  const invited = new Set<string>();
  for (const invitation of await tx.invitation.findMany({ where, orderBy: { id: "asc" } })) {
    const role = wanted.get(invitation.email);
    if (!role) await end(tx, ctx, invitation);
    else invited.add(invitation.email);
    if (role && invitation.byGroups && role !== invitation.role) {
      await tx.invitation.update({ where: { id: invitation.id }, data: { role } });
    }
  }
  return invited;
}

async function end(tx: Tx, ctx: Ctx, invitation: Invitation): Promise<void> {
  await tx.invitation.update({ where: { id: invitation.id, ...OPEN }, data: { withdrawnAt: ctx.now } });
  const before = { role: invitation.role };
  await record(tx, ctx, { action: "team.invitationWithdrawn", subject: subjectOf(invitation), before });
}

async function refuseWhoIsHere(tx: Tx, ctx: Ctx, email: string): Promise<void> {
  const tenantId = ctx.tenant.id;
  const here = await tx.tenantMembership.findFirst({ where: { tenantId, user: { email } }, select: { role: true } });
  if (here) throw conflict(`${email} is on the team already, as ${here.role}. Change the role in the list instead.`);
  const open = await tx.invitation.findFirst({ where: { tenantId, email, ...OPEN }, select: { id: true } });
  if (open) throw conflict(`${email} was invited already. Resend that invitation, or withdraw it first.`);
}

async function openInTenant(tx: Tx, ctx: Ctx, id: string): Promise<Invitation> {
  const key = { tenantId_id: { tenantId: ctx.tenant.id, id } };
  const invitation = await tx.invitation.findUnique({ where: { ...key, ...OPEN } });
  if (!invitation) throw notFound("open invitation");
  insist(decideGiving(ctx.actor, invitation.role), "team.invite");
  return invitation;
}

function linkOf({ actor, now }: Ctx, secret: string) {
  const expiresAt = new Date(now.getTime() + DAYS * 86_400_000);
  return { tokenHash: hashSecret(secret), invitedBy: actorLabel(actor), inviterId: userOf(actor), expiresAt };
}

function subjectOf({ id, email }: { id: string; email: string }): { type: string; id: string; label: string } {
  return { type: "invitation", id, label: email };
}

/** Whose rights stand behind an actor; null for a robot and for what is nobody's. */
function userOf(actor: Actor): string | null {
  if (actor.type === "user") return actor.id;
  return actor.type === "token" ? (actor.user?.id ?? null) : null;
}
