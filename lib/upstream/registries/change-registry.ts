import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { conflict } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { parse } from "../../parse.ts";
import { credentialsOf } from "./add-registry.ts";
import { demandRegistry } from "./look-at.ts";
import { Password, RegistryName, RegistryUrl, Username } from "./registry-input.ts";
import { lockedRegistry, recordRegistry, refuseTakenName, registryInTenant, secretColumns } from "./registry-row.ts";

const registryId = z.uuid("is not an id");

export const ChangeRegistry = z.strictObject({
  registryId,
  name: RegistryName.optional(),
  url: RegistryUrl.optional(),
  /** For another address: those that are kept are not taken along. */
  username: Username.default(""),
  password: Password.default(""),
});

/**
 * Changes what a registry is called and where it is. A password goes to no other address than the one it was set for: with
 * another one come credentials of its own, or none, which are tried first.
 * @throws forbidden without `provider.manage`; not_found; invalid; conflict; unavailable
 */
export async function changeRegistry(ctx: Ctx, input: z.input<typeof ChangeRegistry>): Promise<{ changed: boolean }> {
  await demand(ctx, "provider.manage");
  const { registryId: id, username, password, ...asked } = parse(ChangeRegistry, input);
  const standing = await query((db) => registryInTenant(db, ctx, id));
  const { url, name } = { url: asked.url ?? standing.url, name: asked.name ?? standing.name };
  const moved = url !== standing.url;
  if (!moved && name === standing.name) return { changed: false };
  if (moved) await demandRegistry({ key: newId(), url, credentials: credentialsOf(username, password) });
  return transaction(async (tx) => {
    const row = await lockedRegistry(tx, ctx, id);
    await refuseTakenName(tx, ctx, { name, id });
    const secret = moved ? { url, ...secretColumns({ id, username, password, now: new Date() }) } : {};
    await tx.upstreamRegistry.update({ where: { id }, data: { name, ...secret }, select: { id: true } });
    const words = { before: { name: row.name, url: row.url }, after: { name, url: moved ? url : row.url } };
    await recordRegistry(tx, ctx, { registry: { id, name }, action: "upstream.registry_changed", ...words });
    return { changed: true };
  });
}

export const RotateRegistrySecret = z.strictObject({
  registryId,
  username: Username.default(""),
  password: Password.default(""),
});

/**
 * Puts other credentials in place of a registry's, after they were tried; none at all where both are empty.
 * @throws as changeRegistry; invalid for credentials that the registry does not take
 */
export async function rotateRegistrySecret(ctx: Ctx, input: z.input<typeof RotateRegistrySecret>): Promise<void> {
  await demand(ctx, "provider.manage");
  const { registryId: id, username, password } = parse(RotateRegistrySecret, input);
  const credentials = credentialsOf(username, password);
  const { url } = await query((db) => registryInTenant(db, ctx, id));
  await demandRegistry({ key: newId(), url, credentials });
  await transaction(async (tx) => {
    const row = await lockedRegistry(tx, ctx, id);
    if (row.url !== url) throw changedMeanwhile();
    const data = secretColumns({ id, username, password, now: new Date() });
    await tx.upstreamRegistry.update({ where: { id }, data, select: { id: true } });
    const words = { before: { username: row.username }, after: { username: username || null } };
    await recordRegistry(tx, ctx, { registry: row, action: "upstream.secret_rotated", ...words });
  });
}

// Credentials that were tried at one address are not kept for another.
function changedMeanwhile() {
  return conflict("Somebody else has changed this registry's address meanwhile. Look at it again.");
}

export const RemoveRegistry = z.strictObject({ registryId });

/**
 * Removes a registry and what was connected to it. What is kept of it stays, and is served as before.
 * @returns how many repositories were connected
 * @throws forbidden without `provider.manage`; not_found
 */
export async function removeRegistry(
  ctx: Ctx,
  input: z.input<typeof RemoveRegistry>,
): Promise<{ disconnected: number }> {
  await demand(ctx, "provider.manage");
  const { registryId: id } = parse(RemoveRegistry, input);
  return transaction(async (tx) => {
    const row = await lockedRegistry(tx, ctx, id);
    const disconnected = await tx.upstreamRepository.count({ where: { tenantId: ctx.tenant.id, registryId: id } });
    await tx.upstreamRegistry.delete({ where: { id }, select: { id: true } });
    const before = { url: row.url, username: row.username, disconnected };
    await recordRegistry(tx, ctx, { registry: row, action: "upstream.registry_removed", before });
    return { disconnected };
  });
}
