import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { containing, type Prisma, query, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";

export const MemberFilter = z.strictObject({
  /** A part of the name or the address, in any case. */
  search: z.string().trim().max(200).optional(),
  /** The id after which the page begins. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const WITH_USER = {
  user: { select: { id: true, email: true, name: true } },
  subscriptions: true,
} satisfies Prisma.MemberInclude;

export type MemberRow = Prisma.MemberGetPayload<{ include: typeof WITH_USER }>;

/** The tenant's customers, oldest first. */
export async function listMembers(
  ctx: Ctx,
  input: z.input<typeof MemberFilter> = {},
): Promise<{ members: MemberRow[]; next: string | null }> {
  await demand(ctx, "member.view");
  const { search, after, limit } = parse(MemberFilter, input);
  const contains = containing(search ?? "");
  const rows = await query((db) =>
    db.member.findMany({
      where: {
        tenantId: ctx.tenant.id,
        ...(after ? { id: { gt: after } } : {}),
        ...(search ? { user: { OR: [{ email: contains }, { name: contains }] } } : {}),
      },
      include: WITH_USER,
      orderBy: { id: "asc" },
      take: limit + 1,
    }),
  );
  const members = rows.slice(0, limit);
  return { members, next: rows.length > limit ? (members.at(-1)?.id ?? null) : null };
}

/** @throws not_found for a member of another tenant, or none */
export async function memberInTenant(tx: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<MemberRow> {
  const member = await tx.member.findUnique({
    where: { tenantId_id: { tenantId: ctx.tenant.id, id } },
    include: WITH_USER,
  });
  if (!member) throw notFound("member");
  return member;
}

/** One member, for its page. @throws not_found */
export async function viewMember(ctx: Ctx, id: string): Promise<MemberRow> {
  await demand(ctx, "member.view");
  if (!z.uuid().safeParse(id).success) throw notFound("member");
  return query((db) => memberInTenant(db, ctx, id));
}

export const AddMember = z.strictObject({
  userId: z.uuid("is not an id"),
  kind: z.enum(["lifetime", "complimentary"]),
});

/**
 * Makes a user a member with a membership that nobody pays for. Making one twice changes nothing.
 * @throws forbidden without `member.invite`; not_found for an unknown user; invalid
 */
export async function addComplimentaryMember(ctx: Ctx, input: z.input<typeof AddMember>): Promise<{ id: string }> {
  await demand(ctx, "member.invite");
  const { userId, kind } = parse(AddMember, input);
  return transaction(async (tx) => {
    const standing = await tx.member.findUnique({ where: { tenantId_userId: { tenantId: ctx.tenant.id, userId } } });
    if (standing) return { id: standing.id };
    const user = await tx.user.findUnique({ where: { id: userId }, select: { email: true } });
    if (!user) throw notFound("user");
    const member = await tx.member.create({ data: { tenantId: ctx.tenant.id, userId } });
    await tx.subscription.create({ data: { tenantId: ctx.tenant.id, memberId: member.id, kind } });
    await record(tx, ctx, {
      action: "member.added",
      subject: { type: "member", id: member.id, label: user.email },
      after: { membership: kind },
    });
    return { id: member.id };
  });
}
