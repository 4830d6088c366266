"use server";

import { listTenantsOf, undoDeletion } from "#lib/tenancy/index.ts";
import { teamAction, visitQuestion } from "#lib/web/index.ts";

/** The first workspaces of the account that match: asked while the switcher is open. */
export async function findWorkspaces(slug: string, search: string) {
  return visitQuestion(slug, async ({ user }) => {
    const { tenants, next } = await listTenantsOf(user.id, { search, limit: 20 });
    const found = tenants.map(({ slug, name, role, archived }) => ({ slug, name, standing: standing(role, archived) }));
    return { found, more: next !== null };
  });
}

export async function keepWorkspace(slug: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed, archived } = await undoDeletion(ctx);
    const state = archived ? "archived as before" : "open again";
    return { message: changed ? `It is kept, and ${state}.` : "No deletion was due; nothing was changed.", data: null };
  });
}

function standing(role: string | null, archived: boolean): string {
  return archived ? `${role}, archived` : (role ?? "Member");
}
