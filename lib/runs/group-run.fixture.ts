import { z } from "zod";
import { transaction } from "#lib/db/index.ts";
import { defineRun, type RunDefinition } from "./index.ts";

/** A kind that makes a group in its own transaction, and waits before it is over. */
export function groupRun(kind: string, beforeTheEnd: () => Promise<unknown>): RunDefinition<{ word: string }> {
  return defineRun({
    kind,
    label: "Make a group",
    view: "provider.view",
    start: "provider.syncInventory",
    input: z.strictObject({ word: z.string() }),
    onDeath: "again",
    perform: ({ ctx, input, finish }) =>
      transaction(async (tx) => {
        await tx.memberGroup.create({ data: { tenantId: ctx.tenant.id, name: input.word } });
        const result = await finish(tx, { summary: "made" });
        await beforeTheEnd();
        return result;
      }),
  });
}
