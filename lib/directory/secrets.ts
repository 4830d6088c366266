import { randomBytes } from "node:crypto";
import { z } from "zod";
import { actorLabel } from "#lib/access/index.ts";
import { demand, record } from "#lib/audit/index.ts";
import { type DirectorySecret, query, transaction } from "#lib/db/index.ts";
import { lockTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { hashSecret } from "../secret.ts";

const PREFIX = "purser_scim_";
/** One in use, and the one that takes its place. */
const AT_ONCE = 2;

export type SecretView = Omit<DirectorySecret, "secretHash" | "tenantId">;

/**
 * Makes a secret for the directory's SCIM client; it is shown once, and kept as a hash. Two hold at once at most: make the
 * new one, give it to the directory, revoke the old one.
 * @throws forbidden without `provider.manage`; conflict where two hold already
 */
export async function createDirectorySecret(ctx: Ctx): Promise<{ secret: string; view: SecretView }> {
  await demand(ctx, "provider.manage");
  const secret = PREFIX + randomBytes(32).toString("base64url");
  return transaction(async (tx) => {
    await lockTenant(tx, ctx.tenant.id);
    const tenantId = ctx.tenant.id;
    const held = await tx.directorySecret.count({ where: { tenantId, revokedAt: null } });
    if (held >= AT_ONCE) throw conflict("Two secrets hold already. Revoke the one that the directory no longer uses.");
    await tx.directory.upsert({ where: { tenantId }, create: { tenantId }, update: {} });
    const data = { tenantId, secretHash: hashSecret(secret), hint: secret.slice(-4), createdBy: actorLabel(ctx.actor) };
    const made = await tx.directorySecret.create({ data });
    await record(tx, ctx, { action: "directory.secretCreated", subject: subjectOf(made) });
    return { secret, view: viewOf(made) };
  });
}

export const OneDirectorySecret = z.strictObject({ secretId: z.uuid("is not an id") });

/**
 * Ends a secret, with the next request. @throws forbidden without `provider.manage`; not_found for one that was revoked, or
 * is another tenant's
 */
export async function revokeDirectorySecret(ctx: Ctx, input: z.input<typeof OneDirectorySecret>): Promise<void> {
  await demand(ctx, "provider.manage");
  const { secretId: id } = parse(OneDirectorySecret, input);
  await transaction(async (tx) => {
    // What the directory has under way is over before, or finds its secret revoked.
    await lockTenant(tx, ctx.tenant.id);
    const where = { id, tenantId: ctx.tenant.id, revokedAt: null };
    const { count } = await tx.directorySecret.updateMany({ where, data: { revokedAt: ctx.now } });
    if (count === 0) throw notFound("secret");
    const gone = await tx.directorySecret.findUniqueOrThrow({ where: { id } });
    await record(tx, ctx, { action: "directory.secretRevoked", subject: subjectOf(gone) });
  });
}

/** The secrets that hold, the oldest first. @throws forbidden without `provider.view` */
export async function listDirectorySecrets(ctx: Ctx): Promise<SecretView[]> {
  await demand(ctx, "provider.view");
  const where = { tenantId: ctx.tenant.id, revokedAt: null };
  const rows = await query((db) => db.directorySecret.findMany({ where, orderBy: { id: "asc" } }));
  return rows.map(viewOf);
}

function viewOf({ secretHash: _, tenantId: _tenant, ...view }: DirectorySecret): SecretView {
  return view;
}

function subjectOf({ id, hint }: { id: string; hint: string }) {
  return { type: "directorySecret", id, label: `…${hint}` };
}
