"use server";

import { takeSnapshot } from "#lib/compliance/index.ts";
import { teamAction } from "#lib/web/index.ts";
import { runStarted } from "../run-started.ts";

export async function take(slug: string) {
  return teamAction(slug, async ({ ctx }) => runStarted(await takeSnapshot(ctx)));
}
