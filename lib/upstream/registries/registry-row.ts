import { record } from "#lib/audit/index.ts";
import type { Prisma, Tx, UpstreamRegistry } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { conflict, notFound } from "../../errors.ts";
import { log } from "../../log.ts";
import { seal, unseal } from "../../seal.ts";
import type { Registry } from "../client/index.ts";

/** @throws not_found for a registry of another tenant, or none */
export async function registryInTenant(tx: Tx, { tenant }: Pick<Ctx, "tenant">, id: string): Promise<UpstreamRegistry> {
  const registry = await tx.upstreamRegistry.findUnique({ where: { tenantId_id: { tenantId: tenant.id, id } } });
  if (!registry) throw notFound("upstream registry");
  return registry;
}

/** The same, locked until the transaction ends. @throws not_found */
export async function lockedRegistry(tx: Tx, ctx: Ctx, id: string): Promise<UpstreamRegistry> {
  await tx.$queryRaw`
    SELECT 1 FROM upstream_registries WHERE id = ${id}::uuid AND tenant_id = ${ctx.tenant.id}::uuid FOR UPDATE`;
  return registryInTenant(tx, ctx, id);
}

/** How a registry is asked. */
export function registryOf(row: UpstreamRegistry): Registry {
  const { id, url, username, secretSetAt } = row;
  const password = passwordOf(row);
  const credentials = username && password ? { username, password } : null;
  return { key: `${id} ${url} ${username} ${secretSetAt?.getTime()}`, url, credentials };
}

// Sealed with another key of the instance, it is lost: the registry is asked without, and says what it thinks of that.
function passwordOf({ id, passwordEncrypted }: UpstreamRegistry): string | null {
  try {
    return passwordEncrypted && unseal(passwordEncrypted, sealContext(id));
  } catch {
    log.warn({ registry: id }, "the credentials of an upstream registry were sealed with another key: set them anew");
    return null;
  }
}

interface NewSecret {
  id: string;
  /** Empty for none. */
  username: string;
  password: string;
  now: Date;
}

/** The columns of credentials; none where there is no user name. */
export function secretColumns({ id, username, password, now }: NewSecret) {
  if (!username) return { username: null, passwordEncrypted: null, secretSetAt: null };
  return { username, passwordEncrypted: seal(password, sealContext(id)), secretSetAt: now };
}

function sealContext(id: string): string {
  return `upstream_registries:${id}:password`;
}

/** @throws conflict where another registry of the tenant has the name */
export async function refuseTakenName(tx: Tx, ctx: Ctx, { name, id }: { name: string; id?: string }): Promise<void> {
  const taken = await tx.upstreamRegistry.findFirst({ where: { tenantId: ctx.tenant.id, name, id: { not: id } } });
  if (taken) throw conflict(`There is an upstream registry ${name} already.`);
}

/** Records what was done to a registry; its password never stands in it. */
export async function recordRegistry(
  tx: Tx,
  ctx: Ctx,
  { registry, ...entry }: { registry: { id: string; name: string }; action: string } & Changes,
): Promise<void> {
  await record(tx, ctx, { ...entry, subject: { type: "upstream_registry", id: registry.id, label: registry.name } });
}

interface Changes {
  before?: Prisma.InputJsonObject;
  after?: Prisma.InputJsonObject;
}
