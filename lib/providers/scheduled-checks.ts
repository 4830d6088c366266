import { query } from "#lib/db/index.ts";
import { log } from "../log.ts";
import { keepFindings } from "./keep-state.ts";
import { PROVIDER_KINDS, providersOf } from "./kinds.ts";
import { lookAt } from "./look-at.ts";
import type { OfTenant, Provider } from "./provider-kind.ts";
import { tellTeams } from "./tell-teams.ts";

const AT_ONCE = 16;

type Row = OfTenant["tenant"];

/**
 * Looks at every provider of every tenant that is open, a few tenants at once, and tells the teams whose turned red, or are
 * well again. One that can't be looked at keeps what was found before. @throws the signal's reason
 */
export async function checkAllProviders({ signal }: { signal: AbortSignal }): Promise<void> {
  const where = { archivedAt: null, deletedAt: null };
  const select = { id: true, slug: true, name: true };
  const tenants = await query((db) => db.tenant.findMany({ where, select, orderBy: { id: "desc" } }));
  const work = async () => {
    for (let tenant = tenants.pop(); tenant; tenant = tenants.pop()) {
      signal.throwIfAborted();
      await checkTenant(tenant, signal);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await tellTeams({ signal });
}

async function checkTenant(tenant: Row, signal: AbortSignal): Promise<void> {
  const of = { tenant, now: new Date() };
  for (const provider of await providersOf(of)) {
    await checkOne(of, provider, signal).catch((error: Error) => {
      signal.throwIfAborted();
      log.error({ tenant: tenant.slug, provider: provider.kind, error: error.stack }, "a provider was not checked");
    });
  }
}

async function checkOne(of: OfTenant, provider: Provider, signal: AbortSignal): Promise<void> {
  const kind = PROVIDER_KINDS.find((one) => one.kind === provider.kind);
  const call = { ref: provider.ref, signal, report: () => undefined };
  const findings = kind && (await lookAt(kind, of, call));
  if (findings) await keepFindings(of.tenant.id, provider, { findings, at: new Date() });
}
