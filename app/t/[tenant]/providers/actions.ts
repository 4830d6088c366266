"use server";

import { runSoon } from "#lib/jobs/index.ts";
import { log } from "#lib/log.ts";
import { checkProvider, type ProviderKindName, syncProvider } from "#lib/providers/index.ts";
import type { StartedRun } from "#lib/runs/index.ts";
import { teamAction } from "#lib/web/index.ts";

interface Named {
  kind: ProviderKindName;
  ref: string;
}

export async function check(slug: string, named: Named) {
  return teamAction(slug, async ({ ctx }) => started(await checkProvider(ctx, named)));
}

export async function sync(slug: string, named: Named) {
  return teamAction(slug, async ({ ctx }) => started(await syncProvider(ctx, named)));
}

async function started({ run, made }: StartedRun) {
  // The row is what was asked for: a worker finds it within a minute, whatever becomes of this.
  await runSoon("runs").catch((error: Error) => log.warn({ error: error.message }, "a run has to wait"));
  const message = made ? "" : `It is under way already: ${run.startedByLabel} started it.`;
  return { message, data: { id: run.id } };
}
