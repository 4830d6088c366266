import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { type Prisma, query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, notFound } from "../errors.ts";
import { newId } from "../ids.ts";
import { refuseRepository } from "./quota.ts";
import type { RepositoryName } from "./repository-name.ts";

export type RepositoryRow = Prisma.RepositoryGetPayload<object>;

/** @throws not_found for a repository of another tenant, or none */
export async function repositoryInTenant(
  tx: Tx,
  ctx: Pick<Ctx, "tenant">,
  { name }: Pick<RepositoryName, "name">,
): Promise<RepositoryRow> {
  const repository = await tx.repository.findUnique({ where: { name } });
  if (!repository || repository.tenantId !== ctx.tenant.id) throw notFound("repository");
  return repository;
}

/** The same by its id. @throws not_found, for what is no id, too */
export async function repositoryById(tx: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<RepositoryRow> {
  const where = { tenantId_id: { tenantId: ctx.tenant.id, id } };
  const repository = z.uuid().safeParse(id).success ? await tx.repository.findUnique({ where }) : null;
  if (!repository) throw notFound("repository");
  return repository;
}

/** The same by its name or its id. @throws not_found */
export function repositoryNamed(ctx: Pick<Ctx, "tenant">, name: string): Promise<RepositoryRow> {
  if (z.uuid().safeParse(name).success) return query((db) => repositoryById(db, ctx, name));
  return query((db) => repositoryInTenant(db, ctx, { name }));
}

/**
 * The repository, locked until the transaction ends: pushes to it, moves of its tags and deletions follow each other.
 * @throws not_found, with reason NAME_UNKNOWN, for a repository of another tenant, or none
 */
export async function lockedRepository(tx: Tx, ctx: Ctx, { name }: RepositoryName): Promise<RepositoryRow> {
  const [locked] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM repositories WHERE name = ${name} AND tenant_id = ${ctx.tenant.id}::uuid FOR NO KEY UPDATE`;
  if (!locked) throw unknownTo("NAME_UNKNOWN", "repository");
  return tx.repository.findUniqueOrThrow({ where: { id: locked.id } });
}

/**
 * The repository, made by the first push to it; its product must be there.
 * @throws not_found without the product; forbidden with reason quota_repositories
 */
export async function ensureRepository(tx: Tx, ctx: Ctx, { name, product }: RepositoryName): Promise<RepositoryRow> {
  const standing = await tx.repository.findUnique({ where: { name } });
  if (standing && standing.tenantId === ctx.tenant.id) return standing;
  const owner = await tx.product.findUnique({ where: { tenantId_slug: { tenantId: ctx.tenant.id, slug: product } } });
  if (!owner) throw notFound("product");
  await refuseRepository(tx, ctx);
  // Two first pushes at once make one repository.
  const made = await tx.$executeRaw`
    INSERT INTO repositories (id, tenant_id, product_id, name)
    VALUES (${newId()}::uuid, ${ctx.tenant.id}::uuid, ${owner.id}::uuid, ${name}) ON CONFLICT (name) DO NOTHING`;
  const repository = await repositoryInTenant(tx, ctx, { name });
  const subject = { type: "repository", id: repository.id, label: name };
  if (made > 0) await record(tx, ctx, { action: "repository.created", subject, after: { product } });
  return repository;
}

/** A refusal whose protocol has a word of its own. */
export function unknownTo(protocolCode: string, what: string): AppError {
  return new AppError("not_found", `There is no such ${what} here.`, { reason: protocolCode });
}
