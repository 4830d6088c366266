import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { type Prisma, query } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { isAppError } from "../../errors.ts";
import type { Finding } from "../../findings.ts";
import { parse } from "../../parse.ts";
import { listUpstreamTags, type Registry } from "../client/index.ts";
import { lookAt } from "./look-at.ts";
import { registryInTenant, registryOf } from "./registry-row.ts";

export const CheckRegistry = z.strictObject({ registryId: z.uuid("is not an id") });

const REPOSITORIES_MAX = 50;

/**
 * Asks an upstream registry whether it is well, lets us in, has the repositories that are connected and lets us list them;
 * and keeps what was found.
 * @throws forbidden without `provider.checkHealth`; not_found; never for what the other side does wrong
 */
export async function checkUpstream(
  ctx: Ctx,
  input: z.input<typeof CheckRegistry>,
  signal?: AbortSignal,
): Promise<Finding[]> {
  await demand(ctx, "provider.checkHealth");
  const { registryId: id } = parse(CheckRegistry, input);
  const row = await query((db) => registryInTenant(db, ctx, id));
  const where = { tenantId: ctx.tenant.id, registryId: id };
  const connected = await query((db) =>
    db.upstreamRepository.findMany({ where, select: { path: true }, orderBy: { path: "asc" }, take: REPOSITORIES_MAX }),
  );
  const registry = registryOf(row);
  const found = await lookAt(registry, signal);
  const paths = [...new Set(connected.map(({ path }) => path))];
  const listed =
    found[0]?.state === "failed" ? [] : await Promise.all(paths.map((path) => mayList(registry, path, signal)));
  const findings = [...found, ...listed.flatMap((finding) => finding ?? []), ...allListed(paths, listed)];
  const data = { findings: findings as unknown as Prisma.InputJsonArray, checkedAt: new Date() };
  await query((db) => db.upstreamRegistry.updateMany({ where: { id, tenantId: ctx.tenant.id }, data }));
  return findings;
}

function allListed(paths: readonly string[], listed: readonly (Finding | null)[]): Finding[] {
  if (listed.length === 0 || listed.some((finding) => finding !== null)) return [];
  const words = paths.length === 1 ? `${paths[0]} is there.` : `All ${paths.length} connected repositories are there.`;
  return [{ check: "Repositories", state: "ok", words }];
}

/** What is wrong with a repository there, or null. */
async function mayList(registry: Registry, path: string, signal?: AbortSignal): Promise<Finding | null> {
  const check = `Repository ${path}`;
  try {
    if (await listUpstreamTags({ registry, path }, { signal, wholeMs: 30_000 })) return null;
    const fix = "It was deleted or renamed there: connect another, or disconnect.";
    return { check, state: "failed", words: "It is not there any more.", fix };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { check, state: "failed", words: error.message, fix: "Let the credentials read it." };
  }
}
