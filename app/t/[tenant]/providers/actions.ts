"use server";

import { checkProvider, type ProviderKindName, syncProvider } from "#lib/providers/index.ts";
import { teamAction } from "#lib/web/index.ts";
import { runStarted } from "../run-started.ts";

interface Named {
  kind: ProviderKindName;
  ref: string;
}

export async function check(slug: string, named: Named) {
  return teamAction(slug, async ({ ctx }) => runStarted(await checkProvider(ctx, named)));
}

export async function sync(slug: string, named: Named) {
  return teamAction(slug, async ({ ctx }) => runStarted(await syncProvider(ctx, named)));
}
