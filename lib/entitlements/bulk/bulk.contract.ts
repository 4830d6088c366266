import { db } from "#lib/db/index.ts";
import { asMember, type Fixture, freshTenant } from "#lib/testing/index.ts";
import { confirmBulk, decideAccess, prepareBulk, runBulkChanges, viewBulk } from "../index.ts";

export const never = () => new AbortController().signal;
export const may = async (t: Fixture, member: { userId: string }) =>
  (await decideAccess(asMember(member), t.repository, "registry.pull")).decision.allowed;
export const standing = (t: Fixture) => db().entitlement.count({ where: { tenantId: t.tenant.id, revokedAt: null } });

/** A restricted product and members of it. */
export async function five() {
  const t = await freshTenant({ product: { requiresEntitlement: true } });
  const add = () => t.addMember();
  const members = [t.member, await add(), await add(), await add(), await add()] as const;
  return { t, members, productId: t.product.id };
}

export const csvOf = (people: readonly { email: string }[]) => people.map(({ email }) => email).join("\n");

/** Prepares a change of many, confirms it, and sees it through. */
export async function done(t: Fixture, input: Omit<Parameters<typeof prepareBulk>[1], "productId">) {
  const change = await prepareBulk(t.ctx, { productId: t.product.id, ...input });
  await confirmBulk(t.ctx, { bulkId: change.id });
  await runBulkChanges({ signal: never(), chunk: 2 });
  return viewBulk(t.ctx, change.id);
}
