import { type ProviderHealth, type ProviderState, query } from "#lib/db/index.ts";
import type { Difference, Finding } from "../findings.ts";
import { plainText } from "../plain-text.ts";
import type { Provider } from "./provider-kind.ts";

const DIFFERENCES_MAX = 1000;
const WORDS_MAX = 1000;

/** The worst of what was found. */
export function healthOf(findings: readonly Finding[]): ProviderHealth {
  const states = new Set(findings.map(({ state }) => state));
  return states.has("failed") ? "failed" : states.has("warning") ? "warning" : "ok";
}

/** Keeps what a check found. */
export async function keepFindings(
  tenantId: string,
  { kind, ref }: Provider,
  { findings, at }: { findings: Finding[]; at: Date },
): Promise<ProviderHealth> {
  const health = healthOf(findings);
  const kept = findings.map((one) => ({ ...one, words: plainText(one.words, WORDS_MAX) }));
  const json = JSON.stringify(kept);
  await query(
    (db) => db.$executeRaw`
      INSERT INTO provider_states AS s (tenant_id, kind, ref, health, findings, checked_at, failed_at)
      VALUES (${tenantId}::uuid, ${kind}, ${ref}, ${health}::provider_health, ${json}::jsonb, ${at}::timestamptz,
        CASE WHEN ${health} = 'failed' THEN ${at}::timestamptz END)
      ON CONFLICT (tenant_id, kind, ref) DO UPDATE SET health = excluded.health, findings = excluded.findings,
        checked_at = excluded.checked_at,
        failed_at = CASE WHEN excluded.failed_at IS NOT NULL THEN coalesce(s.failed_at, excluded.failed_at) END`,
  );
  return health;
}

/** What the last check found, as it was kept; nothing where there was none. */
export function findingsOf(state?: Pick<ProviderState, "findings"> | null): Finding[] {
  return (state?.findings ?? []) as unknown as Finding[];
}

/** Keeps what a sync found: the first thousand, and how many there are. */
export async function keepDifferences(
  tenantId: string,
  { kind, ref }: Provider,
  { differences, at }: { differences: Difference[]; at: Date },
): Promise<void> {
  const first = differences.slice(0, DIFFERENCES_MAX);
  const kept = first.map((one) => {
    return { ...one, key: plainText(one.key, WORDS_MAX), words: plainText(one.words, WORDS_MAX) };
  });
  const found = { differences: kept, differing: differences.length, syncedAt: at };
  await query((db) =>
    db.providerState.upsert({
      where: { tenantId_kind_ref: { tenantId, kind, ref } },
      create: { tenantId, kind, ref, ...found },
      update: found,
    }),
  );
}
