import { z } from "zod";
import { defineRun, type RunInHand } from "#lib/runs/index.ts";
import type { Difference, Finding } from "../findings.ts";
import { plural } from "../format.ts";
import { keepDifferences, keepFindings } from "./keep-state.ts";
import { providerInTenant } from "./kinds.ts";
import { lookAt } from "./look-at.ts";
import { nameParts } from "./provider-kind.ts";

export const OneProvider = z.strictObject({ kind: z.string().max(32), ref: z.string().max(64).default("") });

type OneProvider = z.output<typeof OneProvider>;

/** What a run on a provider is done to: one of a kind and provider at a time. */
export function subjectIdOf(provider: OneProvider): string {
  return nameParts(provider).join(":");
}

/** Looks at a provider, and keeps what is found. */
export const checkRun = defineRun<OneProvider>({
  kind: "provider.check",
  label: "Health check",
  view: "provider.view",
  start: "provider.checkHealth",
  input: OneProvider,
  onDeath: "again",
  async perform(run) {
    const { provider, kind } = await providerInTenant(run.ctx, run.input);
    const findings = await lookAt(kind, run.ctx, { ...run, ref: provider.ref });
    for (const { check, state, words } of findings) await run.log(`${check}: ${words}`, LEVELS[state]);
    await keepFindings(run.ctx.tenant.id, provider, { findings, at: new Date() });
    return { summary: summaryOf(findings) };
  },
});

const LEVELS = { ok: "info", warning: "warning", failed: "error" } as const;

function summaryOf(findings: readonly Finding[]): string {
  const bad = findings.filter(({ state }) => state !== "ok");
  if (bad.length === 0) return `${plural(findings.length, "check")}, all well.`;
  return bad.map(({ check, words }) => `${check}: ${words}`).join(" ");
}

/** Compares what a provider has with what is here, changes nothing, and keeps the differences. */
export const syncRun = defineRun<OneProvider>({
  kind: "provider.sync",
  label: "Inventory sync",
  view: "provider.view",
  start: "provider.syncInventory",
  input: OneProvider,
  onDeath: "again",
  async perform(run: RunInHand<OneProvider>) {
    const { provider, kind } = await providerInTenant(run.ctx, run.input);
    const differences = (await kind.inventory?.(run.ctx, provider.ref, run)) ?? [];
    for (const { kind: what, key, change, words } of differences.slice(0, LOGGED)) {
      await run.log(`${change}: ${what} ${key}: ${words}`, "warning");
    }
    await keepDifferences(run.ctx.tenant.id, provider, { differences, at: new Date() });
    return { summary: differencesIn(differences) };
  },
});

const LOGGED = 200;

/** `3 new, 1 different`; that all is the same where nothing is. */
export function differencesIn(differences: readonly Pick<Difference, "change">[]): string {
  const counts = (["new", "gone", "different"] as const).map((change) => {
    const count = differences.filter((one) => one.change === change).length;
    return count > 0 ? `${count} ${change}` : "";
  });
  return counts.filter(Boolean).join(", ") || "Everything is the same on both sides.";
}
