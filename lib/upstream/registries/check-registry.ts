import { query } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { isAppError } from "../../errors.ts";
import type { Finding } from "../../findings.ts";
import { listUpstreamTags, type Registry } from "../client/index.ts";
import { lookAt } from "./look-at.ts";
import { registryInTenant, registryOf } from "./registry-row.ts";

const REPOSITORIES_MAX = 50;

/**
 * Whether an upstream registry is well, lets us in, has the repositories that are connected and lets us list them. What the
 * other side does wrong is a finding. Whoever asks has demanded the right (lib/providers). @throws not_found
 */
export async function checkUpstream(
  of: Pick<Ctx, "tenant">,
  registryId: string,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const registry = registryOf(await query((db) => registryInTenant(db, of, registryId)));
  const where = { tenantId: of.tenant.id, registryId };
  const connected = await query((db) =>
    db.upstreamRepository.findMany({ where, select: { path: true }, orderBy: { path: "asc" }, take: REPOSITORIES_MAX }),
  );
  const found = await lookAt(registry, signal);
  if (found[0]?.state === "failed") return found;
  const paths = [...new Set(connected.map(({ path }) => path))];
  const listed = await Promise.all(paths.map((path) => mayList(registry, path, signal)));
  return [...found, ...listed.flatMap((finding) => finding ?? []), ...allListed(paths, listed)];
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
