import type { Manifest, RepositoryName } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import { isWrongDigest, PartialWrite } from "#lib/storage/index.ts";
import type { Ctx } from "../../context.ts";
import { AppError, isAppError } from "../../errors.ts";
import { log } from "../../log.ts";
import { Lie, type Source } from "../client/index.ts";
import { registryOf } from "../registries/registry-row.ts";

/** A repository that mirrors another, for somebody who may pull from it: that was decided before. */
export interface Mirror {
  tenant: Ctx["tenant"];
  requestId: string;
  repository: RepositoryName;
  repositoryId: string;
  upstreamId: string;
}

/** What a mirror answers with, and what is to be said besides. */
export interface Mirrored {
  manifest: Manifest | null;
  warning?: string;
}

/** What a mirror mirrors, and on which terms. */
export interface Terms {
  source: Source;
  registryId: string;
  patterns: readonly string[];
  freshMinutes: number;
}

/** The terms as they are now; null where the connection was ended meanwhile, or pulls are no longer looked for. */
export async function termsOf({ tenant, upstreamId }: Mirror, whether?: "always"): Promise<Terms | null> {
  const where = { tenantId_id: { tenantId: tenant.id, id: upstreamId } };
  const row = await query((db) => db.upstreamRepository.findUnique({ where, include: { registry: true } }));
  if (!row || !(row.pullThrough || whether)) return null;
  const { path, patterns, freshMinutes, registryId } = row;
  return { source: { registry: registryOf(row.registry), path }, registryId, patterns, freshMinutes };
}

/** What is fetched is kept by nobody in particular. */
export function systemCtx({ tenant, requestId }: Mirror): Ctx {
  return { tenant, requestId, actor: { type: "system" }, now: new Date() };
}

/**
 * What a fetch failed by, for whoever pulls: that it can't be had now, and no more. The log and the repository's page have the
 * rest; bytes that were not what they were to be are counted there.
 * @throws what is a fault of ours
 */
export async function fetchFailure(mirror: Mirror, error: unknown): Promise<AppError> {
  const { tenant, repository } = mirror;
  const cause = causeOf(error);
  const lie = await countLie(mirror, error);
  if (!lie && !isAppError(cause)) throw error;
  const words = lie ?? (cause as Error).message;
  log.warn(
    { tenant: tenant.slug, repository: repository.name, refused: lie !== null, words },
    "a fetch from upstream failed",
  );
  const told = `The upstream of ${repository.name} can't be used now, and this is not kept here. Try again later.`;
  const retryAfterSeconds = (isAppError(cause) && cause.retryAfterSeconds) || 30;
  return new AppError("unavailable", told, { reason: "upstream_failed", retryAfterSeconds, cause: error });
}

/** Counts a failure that is a lie of the upstream's. @returns which, in words; null for any other */
export async function countLie({ tenant, upstreamId }: Mirror, error: unknown): Promise<string | null> {
  const lie = lieOf(causeOf(error));
  if (lie) await countRefusal({ tenantId: tenant.id, upstreamId }, lie);
  return lie;
}

/** What broke a write that broke off; any other error as it is. */
export function causeOf(error: unknown): unknown {
  return error instanceof PartialWrite ? error.cause : error;
}

function lieOf(cause: unknown): string | null {
  if (cause instanceof Lie || isWrongDigest(cause)) return (cause as Error).message;
  if (!isAppError(cause)) return null;
  const wrong = cause.code === "too_large" || cause.reason === "MANIFEST_INVALID";
  return wrong ? cause.message : null;
}

async function countRefusal(of: { tenantId: string; upstreamId: string }, refusal: string): Promise<void> {
  const where = { tenantId: of.tenantId, id: of.upstreamId };
  const data = { refusals: { increment: 1 }, refusal: refusal.slice(0, 500), refusedAt: new Date() };
  await query((db) => db.upstreamRepository.updateMany({ where, data }));
}
