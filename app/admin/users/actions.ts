"use server";

import { makeInstanceAdmin, removeInstanceAdmin } from "#lib/instance/index.ts";
import { instanceAction } from "#lib/web/index.ts";

export async function makeAdmin(userId: string) {
  return instanceAction(async ({ ctx }) => {
    const { changed } = await makeInstanceAdmin(ctx, { userId });
    return { message: changed ? "Made an instance admin." : "They were one already; nothing was changed.", data: null };
  });
}

export async function removeAdmin(userId: string) {
  return instanceAction(async ({ ctx }) => {
    const { changed } = await removeInstanceAdmin(ctx, { userId });
    return { message: changed ? "No instance admin any more." : "They were none; nothing was changed.", data: null };
  });
}
