import type { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import { type RunDefinition, type StartedRun, startRun } from "#lib/runs/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { providerInTenant } from "./kinds.ts";
import { nameParts } from "./provider-kind.ts";
import { checkRun, OneProvider, subjectIdOf, syncRun } from "./provider-runs.ts";

/**
 * Has a provider looked at by a worker. One that is under way is the same.
 * @throws forbidden without `provider.checkHealth`; not_found
 */
export async function checkProvider(ctx: Ctx, input: z.input<typeof OneProvider>): Promise<StartedRun> {
  await demand(ctx, "provider.checkHealth");
  return start(ctx, checkRun, input);
}

/**
 * Has what a provider has compared with what is here; nothing is changed.
 * @throws forbidden without `provider.syncInventory`; not_found; conflict where there is nothing to compare
 */
export async function syncProvider(ctx: Ctx, input: z.input<typeof OneProvider>): Promise<StartedRun> {
  await demand(ctx, "provider.syncInventory");
  return start(ctx, syncRun, input);
}

async function start(
  ctx: Ctx,
  run: RunDefinition<z.output<typeof OneProvider>>,
  input: z.input<typeof OneProvider>,
): Promise<StartedRun> {
  const named = parse(OneProvider, input);
  const { provider, kind } = await providerInTenant(ctx, named);
  if (run === syncRun && !kind.inventory) throw conflict(`${kind.label} has nothing that could be compared.`);
  const page = ["providers", ...nameParts(provider)].join("/");
  const subject = { id: subjectIdOf(provider), label: provider.name, page };
  return transaction((tx) => startRun(tx, ctx, { run, subject, input: named }));
}
