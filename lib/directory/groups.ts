import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type MemberGroup, query, type Tx } from "#lib/db/index.ts";
import { convergeRoles, endGroup, groupInTenant } from "#lib/entitlements/index.ts";
import type { Letter } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, invalid, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { settleGroups } from "./settle.ts";
import { settled } from "./settled.ts";

const MEMBERS = 20_000;
const Ids = z.array(z.string()).max(MEMBERS, `may name at most ${MEMBERS}`);

/** What a directory changes in a group: what is left out stays. Members are the directory's users, by our ids. */
export const DirectoryGroupChange = z.strictObject({
  displayName: z.string().trim().min(1, "is missing").max(256).optional(),
  externalId: z.string().max(256).nullable().optional(),
  /** In this order: whoever else is in it goes out (`only`), these go out, these come in. */
  only: Ids.optional(),
  remove: Ids.optional(),
  add: Ids.optional(),
});

type Change = z.output<typeof DirectoryGroupChange>;

/**
 * Makes a group that the directory keeps.
 * @throws forbidden without `group.sync`; conflict where a group of the tenant has the name; invalid for who is no user of
 * the directory
 */
export async function createDirectoryGroup(
  ctx: Ctx,
  input: z.input<typeof DirectoryGroupChange>,
): Promise<MemberGroup> {
  await demand(ctx, "group.sync");
  const { displayName: name, externalId = null, ...members } = parse(DirectoryGroupChange, input);
  if (!name) throw invalid({ displayName: "is missing" });
  return settled(ctx, async (tx) => {
    await refuseTaken(tx, ctx, { name });
    const data = { tenantId: ctx.tenant.id, name, externalId, origin: "scim" } as const;
    const group = await tx.memberGroup.create({ data });
    await record(tx, ctx, { action: "group.created", subject: subjectOf(group), after: { name, origin: "scim" } });
    return { made: group, letters: await changeMembers(tx, ctx, { group, members }) };
  });
}

/**
 * Changes a group that the directory keeps: its name, who is in it, and at once what that gives and ends.
 * @throws as createDirectoryGroup; not_found for a group that comes from elsewhere
 */
export async function changeDirectoryGroup(
  ctx: Ctx,
  id: string,
  input: z.input<typeof DirectoryGroupChange>,
): Promise<MemberGroup> {
  await demand(ctx, "group.sync");
  const { displayName, externalId, ...members } = parse(DirectoryGroupChange, input);
  return settled(ctx, async (tx) => {
    const before = await ownGroup(tx, ctx, id);
    const words = {
      name: displayName ?? before.name,
      externalId: externalId === undefined ? before.externalId : externalId,
    };
    const group = await reword(tx, ctx, { before, words });
    return { made: group, letters: await changeMembers(tx, ctx, { group, members }) };
  });
}

/** Deletes a group that the directory keeps, and ends what it gave. @throws forbidden without `group.sync`; not_found */
export async function deleteDirectoryGroup(ctx: Ctx, id: string): Promise<void> {
  await demand(ctx, "group.sync");
  await settled(ctx, async (tx) => {
    const group = await ownGroup(tx, ctx, id);
    await endGroup(tx, ctx, group);
    return { made: group, letters: group.role ? await convergeRoles(tx, ctx) : [] };
  });
}

/** @throws forbidden without `group.view`; not_found for a group that comes from elsewhere */
export async function viewDirectoryGroup(ctx: Ctx, id: string): Promise<MemberGroup> {
  await demand(ctx, "group.view");
  if (!z.uuid().safeParse(id).success) throw notFound("group");
  const where = { id, tenantId: ctx.tenant.id, origin: "scim" } as const;
  const group = await query((db) => db.memberGroup.findFirst({ where }));
  if (!group) throw notFound("group");
  return group;
}

async function ownGroup(tx: Tx, ctx: Ctx, id: string): Promise<MemberGroup> {
  if (!z.uuid().safeParse(id).success) throw notFound("group");
  const group = await groupInTenant(tx, ctx, id);
  if (group.origin !== "scim") throw notFound("group");
  return group;
}

interface Rewording {
  before: MemberGroup;
  words: { name: string; externalId: string | null };
}

async function reword(tx: Tx, ctx: Ctx, { before, words }: Rewording): Promise<MemberGroup> {
  const { id, name, externalId } = before;
  if (words.name === name && words.externalId === externalId) return before;
  await refuseTaken(tx, ctx, { name: words.name, id });
  const group = await tx.memberGroup.update({ where: { id }, data: words });
  const change = { before: { name, externalId }, after: words };
  await record(tx, ctx, { action: "group.updated", subject: subjectOf(group), ...change });
  return group;
}

interface Moving {
  group: MemberGroup;
  members: Pick<Change, "only" | "remove" | "add">;
}

/** In a few statements, however many there are. */
async function changeMembers(tx: Tx, ctx: Ctx, { group, members }: Moving): Promise<Letter[]> {
  const { only, remove = [], add = only ?? [] } = members;
  const of = { tenantId: ctx.tenant.id, groupId: group.id };
  if (!only && remove.length + add.length === 0) return [];
  const known = await refuseStrangers(tx, ctx, add);
  if (only) await tx.directoryGroupMember.deleteMany({ where: { ...of, NOT: { directoryUserId: { in: known } } } });
  const leaving = remove.filter((id) => z.uuid().safeParse(id).success);
  if (leaving.length > 0) {
    await tx.directoryGroupMember.deleteMany({ where: { ...of, directoryUserId: { in: leaving } } });
  }
  await tx.$executeRaw`
    INSERT INTO directory_group_members (tenant_id, group_id, directory_user_id)
    SELECT ${ctx.tenant.id}::uuid, ${group.id}::uuid, id FROM unnest(${known}::uuid[]) AS id ON CONFLICT DO NOTHING`;
  await tx.memberGroup.update({ where: { id: group.id }, data: { updatedAt: ctx.now } });
  return settleGroups(tx, ctx, [group]);
}

/** @throws invalid for who is no user of this directory: somebody else's, a group, nobody */
async function refuseStrangers(tx: Tx, ctx: Ctx, ids: readonly string[]): Promise<string[]> {
  const asked = [...new Set(ids)];
  const wrong = asked.find((id) => !z.uuid().safeParse(id).success);
  const rows = wrong
    ? []
    : await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM directory_users WHERE tenant_id = ${ctx.tenant.id}::uuid AND id = ANY(${asked}::uuid[])`;
  const known = new Set(rows.map(({ id }) => id));
  const stranger = wrong ?? asked.find((id) => !known.has(id.toLowerCase()));
  if (stranger !== undefined) throw invalid({ members: `${stranger.slice(0, 100)} is not the id of a user here` });
  return [...known];
}

async function refuseTaken(tx: Tx, ctx: Ctx, { name, id }: { name: string; id?: string }): Promise<void> {
  const taken = await tx.memberGroup.findUnique({ where: { tenantId_name: { tenantId: ctx.tenant.id, name } } });
  if (!taken || taken.id === id) return;
  const where = taken.origin === "scim" ? "" : ", which does not come from the directory: rename one of them";
  throw conflict(`There is a group called ${name} already${where}.`);
}

function subjectOf({ id, name }: MemberGroup) {
  return { type: "group", id, label: name };
}
