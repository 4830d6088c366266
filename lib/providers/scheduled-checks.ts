import { query } from "#lib/db/index.ts";
import { log } from "../log.ts";
import { keepFindings } from "./keep-state.ts";
import { PROVIDER_KINDS, providersOf } from "./kinds.ts";
import type { OfTenant, Provider } from "./provider-kind.ts";
import { tellTeams } from "./tell-teams.ts";

/**
 * Looks at every provider of every tenant that is open, one after the other, and tells the teams whose turned red, or are
 * well again. One that can't be looked at keeps what was found before. @throws the signal's reason
 */
export async function checkAllProviders({ signal }: { signal: AbortSignal }): Promise<void> {
  const where = { archivedAt: null, deletedAt: null };
  const tenants = await query((db) =>
    db.tenant.findMany({ where, select: { id: true, slug: true, name: true }, orderBy: { id: "asc" } }),
  );
  for (const tenant of tenants) {
    const of = { tenant, now: new Date() };
    for (const provider of await providersOf(of)) {
      signal.throwIfAborted();
      await checkOne(of, provider, signal).catch((error: Error) => {
        signal.throwIfAborted();
        log.error({ tenant: tenant.slug, provider: provider.kind, error: error.stack }, "a provider was not checked");
      });
    }
  }
  await tellTeams({ signal });
}

async function checkOne(of: OfTenant, provider: Provider, signal: AbortSignal): Promise<void> {
  const kind = PROVIDER_KINDS.find((one) => one.kind === provider.kind);
  const findings = await kind?.check(of, provider.ref, { signal, report: () => undefined });
  if (findings) await keepFindings(of.tenant.id, provider, { findings, at: new Date() });
}
