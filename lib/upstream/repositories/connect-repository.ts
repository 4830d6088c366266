import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import {
  countTagsNotWhole,
  ensureRepository,
  isRepositoryName,
  parseRepositoryName,
  type RepositoryName,
  repositoryById,
} from "#lib/catalog/index.ts";
import { type Prisma, query, type Tx, transaction, type UpstreamRepository } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { conflict, invalid, notFound } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { isDenied, listUpstreamTags, type Source } from "../client/index.ts";
import { isHub } from "../registries/registry-input.ts";
import { registryInTenant, registryOf } from "../registries/registry-row.ts";
import { repositoryId, TERMS_BY_DEFAULT, Terms } from "./connection-input.ts";

export const ConnectRepository = z.strictObject({
  /** The repository of ours by its name; it is made where it is not there. */
  repository: z.string().trim().refine(isRepositoryName, "is not a repository's name"),
  registryId: Terms.registryId,
  path: Terms.path,
  patterns: Terms.patterns.default(TERMS_BY_DEFAULT.patterns),
  pullThrough: Terms.pullThrough.default(TERMS_BY_DEFAULT.pullThrough),
  freshMinutes: Terms.freshMinutes.default(TERMS_BY_DEFAULT.freshMinutes),
  importEveryHours: Terms.importEveryHours.default(TERMS_BY_DEFAULT.importEveryHours),
});

/**
 * Connects a repository of ours to one of an upstream registry, after that was asked whether it has it.
 * @throws forbidden without `provider.manage`; not_found for a registry or a product that is not there; invalid where the
 *   upstream has no such repository, or does not let us see it; conflict where it is connected already; unavailable
 */
export async function connectRepository(
  ctx: Ctx,
  input: z.input<typeof ConnectRepository>,
): Promise<{ id: string; repositoryId: string }> {
  await demand(ctx, "provider.manage");
  const { repository, ...asked } = parse(ConnectRepository, input);
  const name = ownName(ctx, repository);
  const registry = await query((db) => registryInTenant(db, ctx, asked.registryId));
  const terms = { ...asked, path: pathAt(registry.url, asked.path) };
  await demandThere({ registry: registryOf(registry), path: terms.path });
  return transaction(async (tx) => {
    const row = await ensureRepository(tx, ctx, name);
    const data = { ...terms, tenantId: ctx.tenant.id, repositoryId: row.id };
    const [made] = await tx.upstreamRepository.createManyAndReturn({ data: [data], skipDuplicates: true });
    if (!made) throw conflict(`${name.name} has an upstream already. Change that, or disconnect it first.`);
    const after = { registry: registry.name, ...termsOf(made) };
    await recordConnection(tx, ctx, { row, action: "upstream.connected", after });
    return { id: made.id, repositoryId: row.id };
  });
}

function ownName(ctx: Ctx, name: string): RepositoryName {
  const parsed = parseRepositoryName(name);
  if (parsed?.tenant === ctx.tenant.slug) return parsed;
  throw invalid({ repository: `must begin with ${ctx.tenant.slug}/ and the product's name` });
}

// Docker Hub's own images are named without their `library/`.
function pathAt(url: string, path: string): string {
  return isHub(url) && !path.includes("/") ? `library/${path}` : path;
}

/** @throws invalid where the upstream has no such repository, or does not show it */
async function demandThere(source: Source): Promise<void> {
  const tags = await listUpstreamTags(source, { wholeMs: 30_000 }).catch((error: unknown) => {
    if (!isDenied(error)) throw error;
    throw invalid({ path: "is not there, or the registry's credentials may not read it" });
  });
  if (tags === null) throw invalid({ path: "is not there: the registry knows no such repository" });
}

const { registryId: _fixed, path: _too, ...changeable } = Terms;

export const ChangeUpstream = z.strictObject({ repositoryId, ...z.strictObject(changeable).partial().shape });

/** Changes what is taken over, and how often. @throws forbidden without `provider.manage`; not_found; invalid */
export async function changeUpstream(ctx: Ctx, input: z.input<typeof ChangeUpstream>): Promise<{ changed: boolean }> {
  await demand(ctx, "provider.manage");
  const { repositoryId: id, ...terms } = parse(ChangeUpstream, input);
  return transaction(async (tx) => {
    const row = await repositoryById(tx, ctx, id);
    const standing = await lockedUpstream(tx, ctx, id);
    const changed = await tx.upstreamRepository.update({ where: { id: standing.id }, data: terms });
    const [before, after] = [termsOf(standing), termsOf(changed)];
    if (JSON.stringify(before) === JSON.stringify(after)) return { changed: false };
    // Other patterns and times hold at once, and not from the next question on.
    await tx.upstreamTag.deleteMany({ where: { tenantId: ctx.tenant.id, upstreamId: standing.id } });
    await recordConnection(tx, ctx, { row, action: "upstream.changed", before, after });
    return { changed: true };
  });
}

/**
 * What can't be pulled any more once repositories are disconnected: the tags whose images are not whole here.
 * @throws forbidden without `provider.view`
 */
export async function previewDisconnect(ctx: Ctx, repositoryIds: readonly string[]): Promise<{ tags: number }> {
  await demand(ctx, "provider.view");
  return { tags: await query((db) => countTagsNotWhole(db, { tenantId: ctx.tenant.id, repositoryIds })) };
}

export const DisconnectRepository = z.strictObject({ repositoryId });

/** Ends a connection; what is kept stays. @throws forbidden without `provider.manage`; not_found */
export async function disconnectRepository(ctx: Ctx, input: z.input<typeof DisconnectRepository>): Promise<void> {
  await demand(ctx, "provider.manage");
  const { repositoryId: id } = parse(DisconnectRepository, input);
  await transaction(async (tx) => {
    const row = await repositoryById(tx, ctx, id);
    const standing = await lockedUpstream(tx, ctx, id);
    await tx.upstreamRepository.delete({ where: { id: standing.id }, select: { id: true } });
    await recordConnection(tx, ctx, { row, action: "upstream.disconnected", before: termsOf(standing) });
  });
}

async function lockedUpstream(tx: Tx, ctx: Ctx, id: string): Promise<UpstreamRepository> {
  await tx.$queryRaw`
    SELECT 1 FROM upstream_repositories
    WHERE tenant_id = ${ctx.tenant.id}::uuid AND repository_id = ${id}::uuid FOR UPDATE`;
  const where = { tenantId_repositoryId: { tenantId: ctx.tenant.id, repositoryId: id } };
  const row = await tx.upstreamRepository.findUnique({ where });
  if (!row) throw notFound("upstream");
  return row;
}

function termsOf({ path, patterns, pullThrough, freshMinutes, importEveryHours }: UpstreamRepository) {
  return { path, patterns, pullThrough, freshMinutes, importEveryHours };
}

interface Entry {
  row: { id: string; name: string };
  action: string;
  before?: Prisma.InputJsonObject;
  after?: Prisma.InputJsonObject;
}

async function recordConnection(tx: Tx, ctx: Ctx, { row, ...entry }: Entry): Promise<void> {
  await record(tx, ctx, { ...entry, subject: { type: "repository", id: row.id, label: row.name } });
}
