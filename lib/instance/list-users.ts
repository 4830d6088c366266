import { z } from "zod";
import { containing, query } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { parse } from "../parse.ts";
import { demandInstanceAdmin } from "./demand-admin.ts";

export const UserFilter = z.strictObject({
  /** A part of the name or the address, in any case. */
  search: z.string().trim().max(200).optional(),
  /** The id after which the page begins. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export interface InstanceUser {
  id: string;
  email: string;
  name: string | null;
  createdAt: Date;
  isInstanceAdmin: boolean;
  secondFactor: boolean;
  /** In how many tenants they are on the team, and of how many they are a customer. */
  counts: { teams: number; memberships: number };
  /** When a session of theirs was last used; null where none is left. */
  lastSeenAt: Date | null;
}

/**
 * Every account, the newest first, and how many instance admins there are in all.
 * @throws not_found for whoever is no instance admin; invalid
 */
export async function listUsers(
  ctx: AccountCtx,
  input: z.input<typeof UserFilter> = {},
): Promise<{ users: InstanceUser[]; admins: number; next: string | null }> {
  await demandInstanceAdmin(ctx);
  const { search, after, limit } = parse(UserFilter, input);
  const contains = containing(search ?? "");
  const [rows, admins] = await query((db) =>
    Promise.all([
      db.user.findMany({
        where: {
          ...(after ? { id: { lt: after } } : {}),
          ...(search ? { OR: [{ email: contains }, { name: contains }] } : {}),
        },
        select: SHOWN,
        orderBy: { id: "desc" },
        take: limit + 1,
      }),
      db.user.count({ where: { isInstanceAdmin: true } }),
    ]),
  );
  const users = rows.slice(0, limit).map(({ _count, sessions, totpEnabledAt, ...user }) => ({
    ...user,
    secondFactor: totpEnabledAt !== null,
    counts: { teams: _count.memberships, memberships: _count.members },
    lastSeenAt: sessions[0]?.lastSeenAt ?? null,
  }));
  return { users, admins, next: rows.length > limit ? (users.at(-1)?.id ?? null) : null };
}

const SHOWN = {
  id: true,
  email: true,
  name: true,
  createdAt: true,
  isInstanceAdmin: true,
  totpEnabledAt: true,
  sessions: { select: { lastSeenAt: true }, orderBy: { lastSeenAt: "desc" }, take: 1 },
  _count: { select: { memberships: true, members: true } },
} as const;
