"use server";

import { z } from "zod";
import { dateOnly } from "#lib/format.ts";
import { parse } from "#lib/parse.ts";
import {
  archiveTenant,
  requestDeletion,
  type UpdateTenant,
  unarchiveTenant,
  updateTenant,
} from "#lib/tenancy/index.ts";
import { teamAction } from "#lib/web/index.ts";

export async function saveSettings(slug: string, input: z.input<typeof UpdateTenant>) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await updateTenant(ctx, input);
    return { message: changed ? "Saved." : "It was so already; nothing was changed.", data: null };
  });
}

const Archived = z.strictObject({ archived: z.boolean() });

export async function setArchived(slug: string, input: z.input<typeof Archived>) {
  return teamAction(slug, async ({ ctx }) => {
    const { archived } = parse(Archived, input);
    const { changed } = archived ? await archiveTenant(ctx) : await unarchiveTenant(ctx);
    const state = archived ? "archived" : "open";
    return { message: `The workspace is ${changed ? "now" : "already"} ${state}.`, data: null };
  });
}

export async function deleteWorkspace(slug: string, input: { name: string }) {
  return teamAction(slug, async ({ ctx }) => {
    const { erasedAt } = await requestDeletion(ctx, input);
    return { message: `It is erased on ${dateOnly(erasedAt)}, unless that is undone before.`, data: null };
  });
}
