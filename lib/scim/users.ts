import type { DirectoryUser } from "#lib/db/index.ts";
import {
  changeDirectoryUser,
  createDirectoryUser,
  type DirectoryTie,
  deleteDirectoryUser,
  listDirectoryTies,
  listDirectoryUsers,
  viewDirectoryUser,
} from "#lib/directory/index.ts";
import { bodyOf, type JsonObject } from "./body.ts";
import type { Call, Said } from "./call.ts";
import { operationsOf, patched } from "./patch.ts";
import { isWanted, listOf, queryOf, type Shape, shaped, shapeOf } from "./query.ts";
import { personOf, resourceOf, userShown } from "./user.ts";
import { USER_COLUMNS, whereOf } from "./where.ts";

const PAGE_MAX = 200;
const SORTS: Record<string, "userName" | "displayName" | "createdAt" | "updatedAt"> = {
  username: "userName",
  displayname: "displayName",
  "meta.created": "createdAt",
  "meta.lastmodified": "updatedAt",
};

/** /Users (RFC 7644, sections 3.3 to 3.6). */
export const USERS = {
  async list({ ctx, request, base }: Call): Promise<Said> {
    const { filter, startIndex, count, sortBy, direction, shape } = queryOf(request, PAGE_MAX);
    const where = filter ? whereOf(filter, USER_COLUMNS) : {};
    const field = SORTS[sortBy ?? ""];
    const page = { skip: startIndex - 1, take: count, ...(field && { orderBy: { field, direction } }) };
    const { users, total } = await listDirectoryUsers(ctx, { where, ...page });
    const ties = isWanted(shape, "groups") ? await tiesOf({ ctx }, users) : new Map<string, DirectoryTie[]>();
    const shown = users.map((user) => shaped(userShown(user, { base, ties: ties.get(user.id) ?? [] }), shape));
    return { status: 200, body: listOf(shown, { startIndex, total }) };
  },

  async create(call: Call): Promise<Said> {
    const user = await createDirectoryUser(call.ctx, personOf(await bodyOf(call.request)));
    return { status: 201, ...(await one(call, user)) };
  },

  async view(call: Call, id: string): Promise<Said> {
    return { status: 200, ...(await one(call, await viewDirectoryUser(call.ctx, id))) };
  },

  async replace(call: Call, id: string): Promise<Said> {
    const person = personOf(await bodyOf(call.request));
    return { status: 200, ...(await one(call, await changeDirectoryUser(call.ctx, id, () => person))) };
  },

  async patch(call: Call, id: string): Promise<Said> {
    const operations = operationsOf(await bodyOf(call.request));
    const change = (now: DirectoryUser) => personOf(patched(resourceOf(now), operations));
    return { status: 200, ...(await one(call, await changeDirectoryUser(call.ctx, id, change))) };
  },

  async remove({ ctx }: Call, id: string): Promise<Said> {
    await deleteDirectoryUser(ctx, id);
    return { status: 204 };
  },
};

async function one(call: Call, user: DirectoryUser): Promise<{ body: JsonObject; location: string }> {
  const { base, request } = call;
  const shape: Shape = shapeOf(new URL(request.url).searchParams);
  const ties = isWanted(shape, "groups") ? await tiesOf(call, [user]) : null;
  const body = shaped(userShown(user, { base, ties: ties?.get(user.id) ?? [] }), shape);
  return { body, location: `${base}/Users/${user.id}` };
}

async function tiesOf(
  { ctx }: Pick<Call, "ctx">,
  users: readonly DirectoryUser[],
): Promise<Map<string, DirectoryTie[]>> {
  const ties = await listDirectoryTies(ctx, { userIds: users.map(({ id }) => id) });
  return Map.groupBy(ties, ({ userId }) => userId);
}
