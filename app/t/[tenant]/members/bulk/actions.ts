"use server";

import { z } from "zod";
import { cancelBulk, confirmBulk, PrepareBulk, prepareBulk } from "#lib/entitlements/index.ts";
import { runSoon } from "#lib/jobs/index.ts";
import { log } from "#lib/log.ts";
import { parse } from "#lib/parse.ts";
import { teamAction, teamRemoval } from "#lib/web/index.ts";

const BulkForm = PrepareBulk.omit({ expiresAt: true }).extend({
  /** The last day, as a date field gives it (`2026-12-31`); empty is for good. */
  lastDay: z.string(),
});

export async function prepare(slug: string, input: z.input<typeof BulkForm>) {
  return teamRemoval(slug, async ({ ctx }) => {
    const { lastDay, ...rest } = parse(BulkForm, input);
    const { id } = await prepareBulk(ctx, { ...rest, ...(lastDay && { expiresAt: `${lastDay}T23:59:59Z` }) });
    return { data: { id } };
  });
}

export async function confirm(slug: string, bulkId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await confirmBulk(ctx, { bulkId });
    // The row is what was asked for: a worker finds it within minutes, whatever becomes of this.
    await runSoon("bulk-changes").catch((error: Error) =>
      log.warn({ error: error.message }, "a bulk change has to wait"),
    );
    return { message: changed ? "A worker takes it up in a moment." : "It was confirmed already.", data: null };
  });
}

export async function cancel(slug: string, bulkId: string) {
  return teamRemoval(slug, async ({ ctx }) => {
    const { changed, gone } = await cancelBulk(ctx, { bulkId });
    const done = gone ? "Discarded; nothing was changed." : "Stopped; what is done stays done.";
    return { message: changed ? done : "It was over already; nothing was changed.", data: { gone } };
  });
}
