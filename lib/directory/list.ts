import { demand } from "#lib/audit/index.ts";
import { type DirectoryUser, type MemberGroup, type Prisma, query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

interface Page {
  /** Rows before the page. */
  skip: number;
  take: number;
  /** By these columns, after which the order is that of their making. */
  orderBy?: { field: "userName" | "displayName" | "createdAt" | "updatedAt" | "name"; direction: "asc" | "desc" };
}

/** Users of the directory that a condition holds for, the oldest first. @throws forbidden without `group.view` */
export async function listDirectoryUsers(
  ctx: Ctx,
  { where, ...page }: Page & { where: Prisma.DirectoryUserWhereInput },
): Promise<{ users: DirectoryUser[]; total: number }> {
  await demand(ctx, "group.view");
  const here = { AND: [{ tenantId: ctx.tenant.id }, where] };
  return query(async (db) => ({
    total: await db.directoryUser.count({ where: here }),
    users: await db.directoryUser.findMany({ where: here, ...paged(page) }),
  }));
}

/** The same of the groups that the directory keeps. */
export async function listDirectoryGroups(
  ctx: Ctx,
  { where, ...page }: Page & { where: Prisma.MemberGroupWhereInput },
): Promise<{ groups: MemberGroup[]; total: number }> {
  await demand(ctx, "group.view");
  const here = { AND: [{ tenantId: ctx.tenant.id, origin: "scim" } as const, where] };
  return query(async (db) => ({
    total: await db.memberGroup.count({ where: here }),
    groups: await db.memberGroup.findMany({ where: here, ...paged(page) }),
  }));
}

export interface DirectoryCounts {
  users: number;
  inactive: number;
  /** Active, and without a member behind them. */
  waiting: number;
  scimGroups: number;
  claimGroups: number;
}

/** How many a directory has. @throws forbidden without `group.view` */
export async function countDirectory(ctx: Ctx): Promise<DirectoryCounts> {
  await demand(ctx, "group.view");
  const tenantId = ctx.tenant.id;
  return query(async (db) => ({
    users: await db.directoryUser.count({ where: { tenantId } }),
    inactive: await db.directoryUser.count({ where: { tenantId, active: false } }),
    waiting: await db.directoryUser.count({ where: { tenantId, active: true, memberId: null } }),
    scimGroups: await db.memberGroup.count({ where: { tenantId, origin: "scim" } }),
    claimGroups: await db.memberGroup.count({ where: { tenantId, origin: "claim" } }),
  }));
}

export interface DirectoryTie {
  groupId: string;
  userId: string;
  group: string;
  user: string;
}

/** Who is in which group, of those groups or those users. @throws forbidden without `group.view` */
export async function listDirectoryTies(
  ctx: Ctx,
  of: { groupIds: readonly string[] } | { userIds: readonly string[] },
): Promise<DirectoryTie[]> {
  await demand(ctx, "group.view");
  const some = "groupIds" in of ? { groupId: { in: [...of.groupIds] } } : { directoryUserId: { in: [...of.userIds] } };
  const select = { groupId: true, directoryUserId: true, group: { select: { name: true } } } as const;
  const rows = await query((db) =>
    db.directoryGroupMember.findMany({
      where: { tenantId: ctx.tenant.id, ...some },
      select: { ...select, user: { select: { userName: true, displayName: true } } },
      orderBy: { directoryUserId: "asc" },
    }),
  );
  return rows.map(({ groupId, directoryUserId: userId, group, user }) => ({
    groupId,
    userId,
    group: group.name,
    user: user.displayName ?? user.userName,
  }));
}

function paged({ skip, take, orderBy }: Page) {
  const first = orderBy ? [{ [orderBy.field]: orderBy.direction }] : [];
  return { skip, take, orderBy: [...first, { id: "asc" as const }] };
}
