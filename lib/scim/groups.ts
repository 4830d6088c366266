import type { MemberGroup } from "#lib/db/index.ts";
import {
  changeDirectoryGroup,
  createDirectoryGroup,
  type DirectoryTie,
  deleteDirectoryGroup,
  listDirectoryGroups,
  listDirectoryTies,
  viewDirectoryGroup,
} from "#lib/directory/index.ts";
import { bodyOf, type JsonObject } from "./body.ts";
import type { Call, Said } from "./call.ts";
import { changeOf, groupOf, groupShown } from "./group.ts";
import { operationsOf } from "./patch.ts";
import { isWanted, listOf, queryOf, shaped, shapeOf } from "./query.ts";
import { GROUP_COLUMNS, whereOf } from "./where.ts";

/** A group may have thousands of members: fewer of them at once than of groups without. */
const PAGE_MAX = { withMembers: 20, without: 200 } as const;
const SORTS: Record<string, "name" | "createdAt" | "updatedAt"> = {
  displayname: "name",
  "meta.created": "createdAt",
  "meta.lastmodified": "updatedAt",
};

/** /Groups (RFC 7644, sections 3.3 to 3.6). */
export const GROUPS = {
  async list({ ctx, request, base }: Call): Promise<Said> {
    const shape = shapeOf(new URL(request.url).searchParams);
    const withMembers = isWanted(shape, "members");
    const max = withMembers ? PAGE_MAX.withMembers : PAGE_MAX.without;
    const { filter, startIndex, count, sortBy, direction } = queryOf(request, max);
    const where = filter ? whereOf(filter, GROUP_COLUMNS) : {};
    const field = SORTS[sortBy ?? ""];
    const page = { skip: startIndex - 1, take: count, ...(field && { orderBy: { field, direction } }) };
    const { groups, total } = await listDirectoryGroups(ctx, { where, ...page });
    const ties = withMembers ? await tiesOf({ ctx }, groups) : null;
    const shown = groups.map((group) => groupShown(group, { base, ties: ties && (ties.get(group.id) ?? []) }));
    return {
      status: 200,
      body: listOf(
        shown.map((one) => shaped(one, shape)),
        { startIndex, total },
      ),
    };
  },

  async create(call: Call): Promise<Said> {
    const { only, ...words } = groupOf(await bodyOf(call.request));
    const group = await createDirectoryGroup(call.ctx, { ...words, add: only });
    return { status: 201, ...(await one(call, group)) };
  },

  async view(call: Call, id: string): Promise<Said> {
    return { status: 200, ...(await one(call, await viewDirectoryGroup(call.ctx, id))) };
  },

  async replace(call: Call, id: string): Promise<Said> {
    const group = await changeDirectoryGroup(call.ctx, id, groupOf(await bodyOf(call.request)));
    return { status: 200, ...(await one(call, group)) };
  },

  /** Answered with 204 (RFC 7644, section 3.5.2): the thousands who are in it are not told back for each who joins. */
  async patch({ ctx, request }: Call, id: string): Promise<Said> {
    await changeDirectoryGroup(ctx, id, changeOf(operationsOf(await bodyOf(request))));
    return { status: 204 };
  },

  async remove({ ctx }: Call, id: string): Promise<Said> {
    await deleteDirectoryGroup(ctx, id);
    return { status: 204 };
  },
};

async function one(call: Call, group: MemberGroup): Promise<{ body: JsonObject; location: string }> {
  const { base, request } = call;
  const shape = shapeOf(new URL(request.url).searchParams);
  const ties = isWanted(shape, "members") ? await tiesOf(call, [group]) : null;
  const body = shaped(groupShown(group, { base, ties: ties && (ties.get(group.id) ?? []) }), shape);
  return { body, location: `${base}/Groups/${group.id}` };
}

async function tiesOf(
  { ctx }: Pick<Call, "ctx">,
  groups: readonly MemberGroup[],
): Promise<Map<string, DirectoryTie[]>> {
  const ties = await listDirectoryTies(ctx, { groupIds: groups.map(({ id }) => id) });
  return Map.groupBy(ties, ({ groupId }) => groupId);
}
