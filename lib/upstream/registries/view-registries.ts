import { demand } from "#lib/audit/index.ts";
import { query, type UpstreamRegistry, type UpstreamRepository } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { registryInTenant } from "./registry-row.ts";

/** A registry as people see it: its user's name, never the password. */
export interface RegistryView {
  id: string;
  name: string;
  url: string;
  username: string | null;
  secretSetAt: Date | null;
  repositories: number;
  createdAt: Date;
}

/** What a repository of ours mirrors. */
export interface UpstreamView {
  repositoryId: string;
  repository: string;
  registryId: string;
  registry: string;
  registryUrl: string;
  path: string;
  patterns: string[];
  pullThrough: boolean;
  freshMinutes: number;
  importEveryHours: number | null;
  importedAt: Date | null;
  /** Bodies that did not have the digest they were asked for by, and what was said of the last. */
  refusals: number;
  refusal: string | null;
  refusedAt: Date | null;
}

/** The tenant's upstream registries by name. @throws forbidden without `provider.view` */
export async function listRegistries(ctx: Ctx): Promise<RegistryView[]> {
  await demand(ctx, "provider.view");
  const counted = { _count: { select: { repositories: true } } };
  const where = { tenantId: ctx.tenant.id };
  const rows = await query((db) => db.upstreamRegistry.findMany({ where, include: counted, orderBy: { name: "asc" } }));
  return rows.map((row) => viewOf(row, row._count.repositories));
}

/** The same for whoever has demanded the right: their names and addresses. */
export async function registriesOf({
  tenant,
}: Pick<Ctx, "tenant">): Promise<{ id: string; name: string; url: string }[]> {
  const select = { id: true, name: true, url: true };
  return query((db) =>
    db.upstreamRegistry.findMany({ where: { tenantId: tenant.id }, select, orderBy: { name: "asc" } }),
  );
}

/** One of them, and what is connected to it. @throws forbidden without `provider.view`; not_found */
export async function viewRegistry(
  ctx: Ctx,
  id: string,
): Promise<{ registry: RegistryView; repositories: UpstreamView[] }> {
  await demand(ctx, "provider.view");
  return query(async (db) => {
    const row = await registryInTenant(db, ctx, id);
    const repositories = await db.upstreamRepository.findMany({
      where: { tenantId: ctx.tenant.id, registryId: id },
      include: WITH,
      orderBy: { path: "asc" },
    });
    return { registry: viewOf(row, repositories.length), repositories: repositories.map(upstreamOf) };
  });
}

/** What a repository mirrors, or null. @throws forbidden without `provider.view` */
export async function viewUpstream(ctx: Ctx, repositoryId: string): Promise<UpstreamView | null> {
  await demand(ctx, "provider.view");
  const where = { tenantId: ctx.tenant.id, repositoryId };
  const row = await query((db) => db.upstreamRepository.findFirst({ where, include: WITH }));
  return row && upstreamOf(row);
}

const WITH = {
  repository: { select: { name: true } },
  registry: { select: { name: true, url: true } },
} as const;

type Row = UpstreamRepository & { repository: { name: string }; registry: { name: string; url: string } };

function upstreamOf({ id: _, tenantId: __, createdAt: ___, repository, registry, ...row }: Row): UpstreamView {
  return { ...row, repository: repository.name, registry: registry.name, registryUrl: registry.url };
}

function viewOf(row: UpstreamRegistry, repositories: number): RegistryView {
  const { id, name, url, username, secretSetAt, createdAt } = row;
  return { id, name, url, username, secretSetAt, repositories, createdAt };
}
