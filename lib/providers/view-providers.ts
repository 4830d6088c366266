import { demand } from "#lib/audit/index.ts";
import { type ProviderHealth, type ProviderState, query } from "#lib/db/index.ts";
import { findLastRun, type RunView } from "#lib/runs/index.ts";
import type { Ctx } from "../context.ts";
import type { Difference, Finding } from "../findings.ts";
import { findingsOf } from "./keep-state.ts";
import { PROVIDER_KINDS, providerInTenant, providersOf } from "./kinds.ts";
import type { Provider, ProviderKind } from "./provider-kind.ts";
import { checkRun, subjectIdOf, syncRun } from "./provider-runs.ts";

export interface ProviderRow extends Provider {
  /** Null where it was never checked. */
  health: ProviderHealth | null;
  /** What is not well, in words. */
  problems: Finding[];
  checkedAt: Date | null;
  syncedAt: Date | null;
  /** How many differences the last sync found. */
  differing: number;
}

/** A kind of which a tenant has nothing, and where it would be connected. */
export type Missing = Pick<ProviderKind, "kind" | "label" | "about" | "page">;

/** What a tenant depends on, with its state, and what it could connect. @throws forbidden without `provider.view` */
export async function listProviders(ctx: Ctx): Promise<{ providers: ProviderRow[]; missing: Missing[] }> {
  await demand(ctx, "provider.view");
  const providers = await providersOf(ctx);
  const states = await query((db) => db.providerState.findMany({ where: { tenantId: ctx.tenant.id } }));
  const rows = providers.map((one) =>
    rowOf(
      one,
      states.find(({ kind, ref }) => kind === one.kind && ref === one.ref),
    ),
  );
  const missing = PROVIDER_KINDS.filter(({ kind }) => !providers.some((one) => one.kind === kind));
  return { providers: rows, missing: missing.map(({ kind, label, about, page }) => ({ kind, label, about, page })) };
}

export interface ProviderView extends ProviderRow {
  about: string;
  page: string | null;
  findings: Finding[];
  differences: Difference[];
  /** Whether there is something to compare, and where differences are applied. */
  comparable: boolean;
  apply: ProviderKind["apply"];
  lastCheck: RunView | null;
  lastSync: RunView | null;
}

/** One provider, whole. @throws forbidden without `provider.view`; not_found */
export async function viewProvider(ctx: Ctx, named: { kind: string; ref: string }): Promise<ProviderView> {
  await demand(ctx, "provider.view");
  const { provider, kind } = await providerInTenant(ctx, named);
  const where = { tenantId_kind_ref: { tenantId: ctx.tenant.id, kind: kind.kind, ref: provider.ref } };
  const state = await query((db) => db.providerState.findUnique({ where }));
  const subjectId = subjectIdOf(provider);
  return {
    ...rowOf(provider, state),
    about: kind.about,
    page: kind.page,
    findings: findingsOf(state),
    differences: (state?.differences ?? []) as unknown as Difference[],
    comparable: kind.inventory !== null,
    apply: kind.apply,
    lastCheck: await findLastRun(ctx, { kind: checkRun.kind, subjectId }),
    lastSync: await findLastRun(ctx, { kind: syncRun.kind, subjectId }),
  };
}

function rowOf(provider: Provider, state?: ProviderState | null): ProviderRow {
  return {
    ...provider,
    health: state?.health ?? null,
    problems: findingsOf(state).filter((finding) => finding.state !== "ok"),
    checkedAt: state?.checkedAt ?? null,
    syncedAt: state?.syncedAt ?? null,
    differing: state?.differing ?? 0,
  };
}
