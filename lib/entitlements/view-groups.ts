import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { containing, type MemberGroup, type Prisma, query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";

export interface GroupRow extends MemberGroup {
  members: number;
  products: { id: string; slug: string; name: string }[];
}

const PRODUCTS = {
  products: {
    select: { product: { select: { id: true, slug: true, name: true } } },
    orderBy: { product: { name: "asc" } },
  },
} as const;

const WITH_COUNTS = { ...PRODUCTS, _count: { select: { members: true } } } satisfies Prisma.MemberGroupInclude;

export const GroupFilter = z.strictObject({
  /** A part of the name, in any case. */
  search: z.string().trim().max(100).optional(),
  /** The name after which the page begins. */
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/**
 * The tenant's groups, by name, a page at a time, each with how many it has and what it gives.
 * @throws forbidden without `group.view`; invalid
 */
export async function listGroups(
  ctx: Ctx,
  input: z.input<typeof GroupFilter> = {},
): Promise<{ groups: GroupRow[]; next: string | null }> {
  await demand(ctx, "group.view");
  const { search, after, limit } = parse(GroupFilter, input);
  const rows = await query((db) =>
    db.memberGroup.findMany({
      where: {
        tenantId: ctx.tenant.id,
        AND: [after ? { name: { gt: after } } : {}, search ? { name: containing(search) } : {}],
      },
      include: WITH_COUNTS,
      orderBy: { name: "asc" },
      take: limit + 1,
    }),
  );
  const groups = rows.slice(0, limit).map(rowOf);
  return { groups, next: rows.length > limit ? (groups.at(-1)?.name ?? null) : null };
}

/** One group, for its page. @throws forbidden without `group.view`; not_found */
export async function viewGroup(ctx: Ctx, id: string): Promise<GroupRow> {
  await demand(ctx, "group.view");
  if (!z.uuid().safeParse(id).success) throw notFound("group");
  const row = await query((db) =>
    db.memberGroup.findUnique({
      where: { tenantId_id: { tenantId: ctx.tenant.id, id } },
      include: WITH_COUNTS,
    }),
  );
  if (!row) throw notFound("group");
  return rowOf(row);
}

function rowOf({
  _count,
  products,
  ...group
}: Prisma.MemberGroupGetPayload<{ include: typeof WITH_COUNTS }>): GroupRow {
  return { ...group, members: _count.members, products: products.map(({ product }) => product) };
}

export const GroupMemberFilter = z.strictObject({
  groupId: z.uuid("is not an id"),
  /** A part of the name or the address. */
  search: z.string().trim().max(200).optional(),
  /** The member's id after which the page begins. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(25),
});

export interface GroupMemberRow {
  /** The member's. */
  id: string;
  email: string;
  name: string | null;
  suspendedAt: Date | null;
  addedAt: Date;
}

/** Who is in a group, a page at a time. @throws forbidden without `group.view`; not_found; invalid */
export async function listGroupMembers(
  ctx: Ctx,
  input: z.input<typeof GroupMemberFilter>,
): Promise<{ members: GroupMemberRow[]; next: string | null }> {
  await demand(ctx, "group.view");
  const { groupId, search, after, limit } = parse(GroupMemberFilter, input);
  const contains = containing(search ?? "");
  const where = { tenantId_id: { tenantId: ctx.tenant.id, id: groupId } };
  const group = await query((db) => db.memberGroup.findUnique({ where, select: { id: true } }));
  if (!group) throw notFound("group");
  const rows = await query((db) =>
    db.groupMember.findMany({
      where: {
        tenantId: ctx.tenant.id,
        groupId,
        ...(after ? { memberId: { gt: after } } : {}),
        ...(search ? { member: { user: { OR: [{ email: contains }, { name: contains }] } } } : {}),
      },
      include: { member: { include: { user: { select: { email: true, name: true } } } } },
      orderBy: { memberId: "asc" },
      take: limit + 1,
    }),
  );
  const members = rows.slice(0, limit).map(({ member, addedAt }) => ({
    id: member.id,
    email: member.user.email,
    name: member.user.name,
    suspendedAt: member.suspendedAt,
    addedAt,
  }));
  return { members, next: rows.length > limit ? (members.at(-1)?.id ?? null) : null };
}

/** The groups that a member is in, by name. @throws forbidden without `group.view` */
export async function listGroupsOf(ctx: Ctx, memberId: string): Promise<{ id: string; name: string }[]> {
  await demand(ctx, "group.view");
  return query((db) =>
    db.memberGroup.findMany({
      where: { tenantId: ctx.tenant.id, members: { some: { memberId } } },
      select: { id: true, name: true },
      orderBy: { name: "asc" },
    }),
  );
}
