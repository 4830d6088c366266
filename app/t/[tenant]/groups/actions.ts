"use server";

import type { z } from "zod";
import type { Role } from "#lib/access/index.ts";
import { type CreateClaimGroup, createClaimGroup } from "#lib/directory/index.ts";
import {
  addToGroup,
  type CreateGroup,
  createGroup,
  deleteGroup,
  type GroupChange,
  giveToGroup,
  previewGroupChange,
  removeFromGroup,
  setGroupRole,
  takeFromGroup,
  updateGroup,
} from "#lib/entitlements/index.ts";
import { plural } from "#lib/format.ts";
import { teamAction, teamQuestion, teamRemoval } from "#lib/web/index.ts";

export async function addGroup(slug: string, input: z.input<typeof CreateGroup>) {
  return teamAction(slug, async ({ ctx }) => {
    const { name } = await createGroup(ctx, input);
    return { message: `${name} was added.`, data: null };
  });
}

export async function addClaimGroup(slug: string, input: z.input<typeof CreateClaimGroup>) {
  return teamAction(slug, async ({ ctx }) => {
    const { name } = await createClaimGroup(ctx, input);
    return { message: `${name} was added; it fills as people sign in.`, data: null };
  });
}

export async function previewChange(slug: string, input: z.input<typeof GroupChange>) {
  return teamQuestion(slug, ({ ctx }) => previewGroupChange(ctx, input));
}

export async function previewRole(slug: string, groupId: string, role: Role | null) {
  return teamQuestion(slug, ({ ctx }) => previewGroupChange(ctx, { change: "role", groupId, role }));
}

export async function setRole(slug: string, groupId: string, role: Role | null) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed, invited } = await setGroupRole(ctx, { groupId, role });
    const done = invited > 0 ? `Saved; ${plural(invited, "person was", "people were")} invited to the team.` : "Saved.";
    return { message: changed ? done : "Nothing was changed.", data: null };
  });
}

export async function renameGroup(slug: string, groupId: string, input: z.input<typeof CreateGroup>) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await updateGroup(ctx, { ...input, groupId });
    return { message: changed ? "Saved." : "Nothing was changed.", data: null };
  });
}

export async function removeGroup(slug: string, groupId: string) {
  return teamRemoval(slug, async ({ ctx }) => {
    const { revoked } = await deleteGroup(ctx, { groupId });
    return { message: `The group was deleted; ${plural(revoked, "grant")} ended.`, data: null };
  });
}

export async function addMembers(slug: string, groupId: string, emails: string[]) {
  return teamAction(slug, async ({ ctx }) => {
    const { added, already, granted, unknown } = await addToGroup(ctx, { groupId, emails });
    const before = already > 0 ? ` ${already} ${already === 1 ? "was" : "were"} in it already.` : "";
    const message = `${plural(added, "member")} added, ${plural(granted, "grant")} given.${before}`;
    return { message, data: { unknown } };
  });
}

export async function removeMember(slug: string, groupId: string, memberId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { removed, revoked } = await removeFromGroup(ctx, { groupId, memberIds: [memberId] });
    const done = `Taken out of the group; ${plural(revoked, "grant")} ended.`;
    return { message: removed > 0 ? done : "They were not in it; nothing was changed.", data: null };
  });
}

export async function giveProduct(slug: string, groupId: string, productId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed, granted } = await giveToGroup(ctx, { groupId, productId });
    const done = `The group gives it now: ${plural(granted, "grant")} given.`;
    return { message: changed ? done : "It gave it already; nothing was changed.", data: null };
  });
}

export async function takeProduct(slug: string, groupId: string, productId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed, revoked } = await takeFromGroup(ctx, { groupId, productId });
    const done = `The group no longer gives it: ${plural(revoked, "grant")} ended.`;
    return { message: changed ? done : "It did not give it; nothing was changed.", data: null };
  });
}
