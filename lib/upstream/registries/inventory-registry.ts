import { patternOf } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import type { Difference } from "../../findings.ts";
import { type CallLimits, headTag, listUpstreamTags, type Source } from "../client/index.ts";
import { registryInTenant, registryOf } from "./registry-row.ts";

/** So many tags that both have are asked after one by one: those that moved here last. */
const COMPARED_MAX = 100;
const AT_ONCE = 5;

/**
 * What an upstream registry has otherwise than we do: its tags that a connection's patterns take against what is kept.
 * Whoever asks has demanded the right (lib/providers). @throws not_found; unavailable where it can't be asked
 */
export async function inventoryUpstream(
  of: Pick<Ctx, "tenant">,
  registryId: string,
  signal?: AbortSignal,
): Promise<Difference[]> {
  const { tenant } = of;
  const registry = registryOf(await query((db) => registryInTenant(db, of, registryId)));
  const connected = await query((db) =>
    db.upstreamRepository.findMany({
      where: { tenantId: tenant.id, registryId },
      select: { path: true, patterns: true, repositoryId: true, repository: { select: { name: true } } },
      orderBy: { path: "asc" },
    }),
  );
  const differences: Difference[] = [];
  for (const { path, patterns, repositoryId, repository } of connected) {
    const kept = await query((db) =>
      db.tag.findMany({
        where: { tenantId: tenant.id, repositoryId },
        select: { name: true, digest: true },
        orderBy: { updatedAt: "desc" },
      }),
    );
    const source = { registry, path };
    const there = await listUpstreamTags(source, { signal });
    const own = { name: repository.name, kept: kept.filter(({ name }) => patternOf(name, patterns)) };
    if (there)
      differences.push(
        ...compared(
          there.filter((tag) => patternOf(tag, patterns)),
          own,
        ),
      );
    else differences.push(goneWhole(path, repository.name));
    if (there) differences.push(...(await moved(source, { ...own, there: new Set(there) }, { signal })));
  }
  return differences;
}

interface Own {
  name: string;
  kept: { name: string; digest: string }[];
}

function goneWhole(path: string, name: string): Difference {
  const words = `The registry has no ${path} any more; what is kept in ${name} stays.`;
  return { kind: "repository", key: path, change: "gone", words };
}

function compared(there: readonly string[], { name, kept }: Own): Difference[] {
  const [theirs, ours] = [new Set(there), new Set(kept.map((tag) => tag.name))];
  const fresh = there.filter((tag) => !ours.has(tag));
  const gone = kept.filter((tag) => !theirs.has(tag.name));
  return [
    ...fresh.map((tag) => ({ ...tagOf(name, tag), change: "new" as const, words: "An import would take it over." })),
    ...gone.map((tag) => ({
      ...tagOf(name, tag.name),
      change: "gone" as const,
      words: "Upstream has it no more, or never had; what is kept stays.",
    })),
  ];
}

function tagOf(repository: string, tag: string) {
  return { kind: "tag", key: `${repository}:${tag}` };
}

async function moved(source: Source, own: Own & { there: Set<string> }, limits: CallLimits): Promise<Difference[]> {
  const both = own.kept.filter(({ name }) => own.there.has(name)).slice(0, COMPARED_MAX);
  const found: Difference[] = [];
  for (let at = 0; at < both.length; at += AT_ONCE) {
    const asked = both.slice(at, at + AT_ONCE).map(async ({ name, digest }) => {
      const now = await headTag(source, name, limits);
      if (!now || now === "untold" || now === digest) return [];
      const words = `It has moved upstream, to ${now.slice(0, 19)}.`;
      return [{ ...tagOf(own.name, name), change: "different" as const, words }];
    });
    found.push(...(await Promise.all(asked)).flat());
  }
  return found;
}
