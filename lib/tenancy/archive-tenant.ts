import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { changeTenant } from "./change-tenant.ts";
import { recordTenant } from "./update-tenant.ts";

export const DELETION_DELAY_DAYS = 7;

/**
 * Closes a tenant to its members, the registry and the API from their next request on; the team sees it and changes
 * nothing. A second time changes nothing.
 * @throws forbidden without `tenant.archive`
 */
export async function archiveTenant(ctx: Ctx): Promise<{ changed: boolean }> {
  return changeTenant(ctx, "tenant.archive", async (tx, { tenant: { id, archivedAt } }) => {
    if (archivedAt) return { changed: false };
    await tx.tenant.update({ where: { id }, data: { archivedAt: ctx.now } });
    await recordTenant(tx, ctx, { action: "tenant.archived" });
    return { changed: true };
  });
}

/** Opens it again, for all as before. @throws forbidden without `tenant.archive`; conflict while its deletion is due */
export async function unarchiveTenant(ctx: Ctx): Promise<{ changed: boolean }> {
  return changeTenant(ctx, "tenant.archive", async (tx, { tenant }) => {
    const { id, archivedAt, deletionRequestedAt } = tenant;
    if (deletionRequestedAt) throw conflict("This workspace is about to be deleted. Undo the deletion first.");
    if (!archivedAt) return { changed: false };
    await tx.tenant.update({ where: { id }, data: { archivedAt: null } });
    await recordTenant(tx, ctx, { action: "tenant.unarchived", before: { archivedAt: archivedAt.toISOString() } });
    return { changed: true };
  });
}

export const DeleteTenant = z.strictObject({
  /** The tenant's name, typed by whoever means it. */
  name: z.string().trim(),
});

/**
 * Has a tenant's data erased in seven days (eraseDueTenants), and closes it until then.
 * @throws forbidden without `tenant.delete`; invalid where the name is another
 */
export async function requestDeletion(
  ctx: Ctx,
  input: z.input<typeof DeleteTenant>,
): Promise<{ changed: boolean; erasedAt: Date }> {
  await demand(ctx, "tenant.delete");
  const { name } = parse(DeleteTenant, input);
  return changeTenant(ctx, "tenant.delete", async (tx, { tenant }) => {
    if (name !== tenant.name) throw invalid({ name: `must be ${tenant.name}` });
    const { id, deletionRequestedAt } = tenant;
    if (deletionRequestedAt) return { changed: false, erasedAt: erasureOf(deletionRequestedAt) };
    // The same instant in both says that it was open before, and is to be again where this is undone.
    const archivedAt = tenant.archivedAt ?? ctx.now;
    await tx.tenant.update({ where: { id }, data: { deletionRequestedAt: ctx.now, archivedAt } });
    const erasedAt = erasureOf(ctx.now);
    await recordTenant(tx, ctx, { action: "tenant.deletionRequested", after: { erasedAt: erasedAt.toISOString() } });
    return { changed: true, erasedAt };
  });
}

/** Keeps the tenant after all: it is as it was before, open or archived. @throws forbidden without `tenant.delete` */
export async function undoDeletion(ctx: Ctx): Promise<{ changed: boolean; archived: boolean }> {
  return changeTenant(ctx, "tenant.delete", async (tx, { tenant }) => {
    const { id, archivedAt, deletionRequestedAt } = tenant;
    if (!deletionRequestedAt) return { changed: false, archived: archivedAt !== null };
    const archived = archivedAt?.getTime() !== deletionRequestedAt.getTime();
    const data = { deletionRequestedAt: null, ...(archived ? {} : { archivedAt: null }) };
    await tx.tenant.update({ where: { id }, data });
    await recordTenant(tx, ctx, { action: "tenant.deletionUndone", after: { archived } });
    return { changed: true, archived };
  });
}

/** When a tenant's data is erased whose deletion was asked for at that time. */
export function erasureOf(deletionRequestedAt: Date): Date {
  return new Date(deletionRequestedAt.getTime() + DELETION_DELAY_DAYS * 86_400_000);
}
