import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { type Prisma, query, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { memberOfMailToken } from "./preference-link.ts";

export const SetReleaseMail = z.strictObject({ token: z.string().max(200), wanted: z.boolean() });

/** Whether a member is told of new versions. */
export interface MailPreference {
  tenant: { name: string };
  email: string;
  wanted: boolean;
}

const WITH_PLACE = {
  id: true,
  releaseMail: true,
  user: { select: { id: true, email: true } },
  tenant: { select: { id: true, name: true } },
} satisfies Prisma.MemberSelect;

/** By the token of a letter's link; null for one that is none, or whose member or workspace is gone. */
export async function findMailPreference(token: string): Promise<MailPreference | null> {
  const member = await memberBy(token);
  return member && { tenant: { name: member.tenant.name }, email: member.user.email, wanted: member.releaseMail };
}

/**
 * Ends the letters about new versions to one member, or lets them come again. The link's token is the right to it: a mail
 * program has no session. What is so already changes nothing.
 * @throws not_found for a token that is none
 */
export async function setReleaseMail(
  { requestId }: { requestId: string },
  input: z.input<typeof SetReleaseMail>,
): Promise<{ changed: boolean }> {
  const { token, wanted } = parse(SetReleaseMail, input);
  const member = await memberBy(token);
  if (!member) throw notFound("link");
  return change(member, { requestId, wanted });
}

/** The same for somebody who is signed in, by the id of their member. @throws not_found for who is no member */
export async function setOwnReleaseMail(
  ctx: Pick<Ctx, "tenant" | "requestId">,
  { memberId, wanted }: { memberId: string | null; wanted: boolean },
): Promise<{ changed: boolean }> {
  return change(await ownMember(ctx, memberId), { requestId: ctx.requestId, wanted });
}

/** Whether one's own letters come. @throws not_found for who is no member */
export async function findOwnReleaseMail(ctx: Pick<Ctx, "tenant">, memberId: string | null): Promise<boolean> {
  return (await ownMember(ctx, memberId)).releaseMail;
}

type Placed = Prisma.MemberGetPayload<{ select: typeof WITH_PLACE }>;

async function ownMember({ tenant }: Pick<Ctx, "tenant">, memberId: string | null): Promise<Placed> {
  const where = { tenantId_id: { tenantId: tenant.id, id: memberId ?? "" } };
  const member = memberId && (await query((db) => db.member.findUnique({ where, select: WITH_PLACE })));
  if (!member) throw notFound("member");
  return member;
}

function change({ id, user, tenant }: Placed, { requestId, wanted }: { requestId: string; wanted: boolean }) {
  return transaction(async (tx) => {
    const where = { id, tenantId: tenant.id, releaseMail: !wanted };
    const { count } = await tx.member.updateMany({ where, data: { releaseMail: wanted } });
    if (count === 0) return { changed: false };
    const actor = { type: "user", id: user.id, email: user.email, role: null } as const;
    const subject = { type: "member", id, label: user.email };
    await record(tx, { tenant, actor, requestId }, { action: "member.release_mail_set", subject, after: { wanted } });
    return { changed: true };
  });
}

async function memberBy(token: string) {
  const id = memberOfMailToken(token);
  if (!id) return null;
  const where = { id, tenant: { deletedAt: null } };
  return query((db) => db.member.findFirst({ where, select: WITH_PLACE }));
}
