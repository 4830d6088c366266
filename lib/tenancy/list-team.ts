import { z } from "zod";
import { LAST_ROLE, ROLES, type Role } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { containing, queryPrepared, type Statement, translated } from "#lib/db/index.ts";
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
  /** The one that groups give, where they do; and what was given by hand beside it. */
  groupRole: Role | null;
  handRole: Role | null;
  since: Date;
}

const COLUMNS = `tm.id, tm.user_id AS "userId", u.email, u.name, tm.role::text AS role,
  tm.group_role::text AS "groupRole", tm.hand_role::text AS "handRole", tm.created_at AS since`;
// $1 tenant, $2 role or null, $3 the id before the page or null, $4 how many.
const PAGE = `($2::role IS NULL OR tm.role = $2::role) AND ($3::uuid IS NULL OR tm.id > $3::uuid)
    ORDER BY tm.id LIMIT $4::int`;

const LIST_TEAM: Statement = {
  name: "list_team",
  text: `
    SELECT ${COLUMNS} FROM tenant_memberships tm JOIN users u ON u.id = tm.user_id
    WHERE tm.tenant_id = $1::uuid AND ${PAGE}`,
};

// $5 a LIKE pattern. Who matches first, by the index of parts of names: most searches match a few of all users.
const SEARCH_TEAM: Statement = {
  name: "search_team",
  text: `
    WITH u AS MATERIALIZED (SELECT id, email, name FROM users WHERE email ILIKE $5 OR name ILIKE $5)
    SELECT ${COLUMNS} FROM u JOIN tenant_memberships tm ON tm.user_id = u.id AND tm.tenant_id = $1::uuid
    WHERE ${PAGE}`,
};

/** The people on the team, who came first first. Instance admins who are here for support are not on it. */
export async function listTeam(
  ctx: Ctx,
  input: z.input<typeof TeamFilter> = {},
): Promise<{ people: TeamRow[]; next: string | null }> {
  await demand(ctx, "team.view");
  const { search, role = null, after = null, limit } = parse(TeamFilter, input);
  const page = [ctx.tenant.id, role, after, limit + 1];
  try {
    const rows = search
      ? await queryPrepared<TeamRow>(SEARCH_TEAM, [...page, `%${containing(search).contains}%`])
      : await queryPrepared<TeamRow>(LIST_TEAM, page);
    const people = rows.slice(0, limit);
    return { people, next: rows.length > limit ? (people.at(-1)?.id ?? null) : null };
  } catch (error) {
    throw translated(error);
  }
}

/** Whether the team has one owner alone, who therefore stays. */
export async function hasOneOwner(ctx: Ctx): Promise<boolean> {
  const { people } = await listTeam(ctx, { role: LAST_ROLE, limit: 2 });
  return people.length === 1;
}
