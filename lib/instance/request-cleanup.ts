import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { requestRun } from "#lib/cleanup/index.ts";
import { transaction } from "#lib/db/index.ts";
import { runSoon } from "#lib/jobs/index.ts";
import type { AccountCtx } from "../context.ts";
import { log } from "../log.ts";
import { parse } from "../parse.ts";
import { demandInstanceAdmin, lockInstanceAdmin } from "./demand-admin.ts";

export const RequestCleanup = z.strictObject({
  /** Counts what would go, and removes nothing. */
  dry: z.boolean(),
});

/**
 * Has the store cleaned up, or a clean-up previewed, as soon as a worker is free. One that waits already is the same.
 * @throws not_found for whoever is no instance admin; invalid
 */
export async function requestCleanup(
  ctx: AccountCtx,
  input: z.input<typeof RequestCleanup>,
): Promise<{ id: string; changed: boolean }> {
  await demandInstanceAdmin(ctx);
  const { dry } = parse(RequestCleanup, input);
  const { id, made } = await transaction(async (tx) => {
    await lockInstanceAdmin(tx, ctx);
    const run = await requestRun(tx, ctx.actor, { dry });
    const subject = { type: "cleanup", id: run.id, label: dry ? "preview" : "clean-up" };
    if (run.made) await record(tx, { ...ctx, tenant: null }, { action: "instance.cleanupRequested", subject });
    return run;
  });
  // The row is what was asked for: a worker finds it within the hour, whatever becomes of this.
  await runSoon("clean-up").catch((error: Error) => log.warn({ error: error.message }, "a clean-up has to wait"));
  return { id, changed: made };
}
