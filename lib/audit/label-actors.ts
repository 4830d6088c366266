import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

const FIXED: Record<string, string> = { system: "Purser", stripe: "Stripe", anonymous: "anonymous" };

/**
 * The words for actors as the ledger keeps them (`user:<id>`, `token:<id>`, `system`), as this tenant's log last called
 * them; what the log never saw keeps its key. For who may see the rows that name them: it asks for no capability.
 */
export async function labelActors(ctx: Ctx, keys: readonly string[]): Promise<Map<string, string>> {
  const asked = [...new Set(keys)].filter((key) => !(key in FIXED));
  const rows = await query((db) =>
    db.auditEvent.findMany({
      where: { tenantId: ctx.tenant.id, actor: { in: asked } },
      distinct: ["actor"],
      orderBy: { seq: "desc" },
      select: { actor: true, actorLabel: true },
    }),
  );
  return new Map([...Object.entries(FIXED), ...rows.map((row) => [row.actor, row.actorLabel] as const)]);
}
