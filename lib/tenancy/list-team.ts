import { z } from "zod";
import { LAST_ROLE, ROLES, type Role } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { containing, query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";

export const TeamFilter = z.strictObject({
  /** A part of the name or the address, in any case. */
  search: z.string().trim().max(200).optional(),
  role: z.enum(ROLES).optional(),
  /** The id after which the page begins. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export interface TeamRow {
  /** Of the membership. */
  id: string;
  userId: string;
  email: string;
  name: string | null;
  role: Role;
  since: Date;
}

/** The people on the team, who came first first. Instance admins who are here for support are not on it. */
export async function listTeam(
  ctx: Ctx,
  input: z.input<typeof TeamFilter> = {},
): Promise<{ people: TeamRow[]; next: string | null }> {
  await demand(ctx, "team.view");
  const { search, role, after, limit } = parse(TeamFilter, input);
  const contains = containing(search ?? "");
  const rows = await query((db) =>
    db.tenantMembership.findMany({
      where: {
        tenantId: ctx.tenant.id,
        role,
        ...(after ? { id: { gt: after } } : {}),
        ...(search ? { user: { OR: [{ email: contains }, { name: contains }] } } : {}),
      },
      select: { id: true, userId: true, role: true, createdAt: true, user: { select: { email: true, name: true } } },
      orderBy: { id: "asc" },
      take: limit + 1,
    }),
  );
  const people = rows.slice(0, limit).map(({ user, createdAt, ...row }) => ({ ...row, ...user, since: createdAt }));
  return { people, next: rows.length > limit ? (people.at(-1)?.id ?? null) : null };
}

/** Whether the team has one owner alone, who therefore stays. */
export async function hasOneOwner(ctx: Ctx): Promise<boolean> {
  const { people } = await listTeam(ctx, { role: LAST_ROLE, limit: 2 });
  return people.length === 1;
}
