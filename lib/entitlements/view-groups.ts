import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { containing, type MemberGroup, query } from "#lib/db/index.ts";
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

const GROUPS_MAX = 500;

/** The tenant's groups, by name, each with how many it has and what it gives. @throws forbidden without `group.view` */
export async function listGroups(ctx: Ctx): Promise<GroupRow[]> {
  await demand(ctx, "group.view");
  const rows = await query((db) =>
    db.memberGroup.findMany({
      where: { tenantId: ctx.tenant.id },
      include: { ...PRODUCTS, _count: { select: { members: true } } },
      orderBy: { name: "asc" },
      take: GROUPS_MAX,
    }),
  );
  return rows.map(({ _count, products, ...group }) => ({
    ...group,
    members: _count.members,
    products: products.map(({ product }) => product),
  }));
}

/** One group, for its page. @throws forbidden without `group.view`; not_found */
export async function viewGroup(ctx: Ctx, id: string): Promise<GroupRow> {
  await demand(ctx, "group.view");
  if (!z.uuid().safeParse(id).success) throw notFound("group");
  const row = await query((db) =>
    db.memberGroup.findUnique({
      where: { tenantId_id: { tenantId: ctx.tenant.id, id } },
      include: { ...PRODUCTS, _count: { select: { members: true } } },
    }),
  );
  if (!row) throw notFound("group");
  const { _count, products, ...group } = row;
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

/** Who is in a group, a page at a time. @throws forbidden without `group.view`; invalid */
export async function listGroupMembers(
  ctx: Ctx,
  input: z.input<typeof GroupMemberFilter>,
): Promise<{ members: GroupMemberRow[]; next: string | null }> {
  await demand(ctx, "group.view");
  const { groupId, search, after, limit } = parse(GroupMemberFilter, input);
  const contains = containing(search ?? "");
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
