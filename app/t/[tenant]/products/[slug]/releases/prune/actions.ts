"use server";

import type { z } from "zod";
import type { PruneRuleShown } from "#components/releases/prune-preview.tsx";
import { byteSize, plural } from "#lib/format.ts";
import { type PruneReleases, previewPrune, pruneReleases } from "#lib/releases/index.ts";
import { teamAction, teamQuestion } from "#lib/web/index.ts";

const LISTED = 200;

/** What a rule would take now: all of it, and why the first of the rest stay. */
export async function askPrune(slug: string, productId: string, rule: PruneRuleShown) {
  return teamQuestion(slug, async ({ ctx }) => {
    const { releases, expected, total } = await previewPrune(ctx, { productId, rule });
    const shown = releases.map(({ id, version, channel, status, why, goes }) => ({
      id,
      version,
      channel,
      status,
      why,
      goes,
    }));
    const kept = shown.filter(({ goes }) => !goes);
    return {
      rule,
      expected,
      total,
      going: shown.filter(({ goes }) => goes),
      kept: kept.slice(0, LISTED),
      keptCount: kept.length,
    };
  });
}

/** Takes exactly what a preview listed. */
export async function prune(slug: string, productId: string, input: Omit<z.input<typeof PruneReleases>, "productId">) {
  return teamAction(slug, async ({ ctx }) => {
    const { versions, assets, bytes } = await pruneReleases(ctx, { productId, ...input });
    const freed = assets > 0 ? `, with ${plural(assets, "file")} of ${byteSize(bytes)}` : "";
    return {
      message: `${plural(versions.length, "release")} ${versions.length === 1 ? "is" : "are"} gone${freed}.`,
      data: null,
    };
  });
}
