import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { demandInsight } from "./demand-insight.ts";

export interface Choice {
  slug: string;
  name: string;
  /** Fetched most in the last 30 days: what is shown where no product is named. */
  mostUsed: boolean;
}

/** The products to choose from, by name. @throws forbidden */
export async function listChoices(ctx: Ctx): Promise<Choice[]> {
  await demandInsight(ctx);
  const rows = await query(
    (db) => db.$queryRaw<{ slug: string; name: string; uses: number }[]>`
      SELECT p.slug, p.name, coalesce((SELECT sum(d.pulls + d.downloads)::int FROM product_days d
        WHERE d.tenant_id = p.tenant_id AND d.product_id = p.id
          AND d.day > (${ctx.now}::timestamptz AT TIME ZONE 'UTC')::date - 30), 0) AS uses
      FROM products p WHERE p.tenant_id = ${ctx.tenant.id}::uuid AND p.archived_at IS NULL ORDER BY p.name, p.id`,
  );
  const most = rows.reduce<(typeof rows)[number] | null>((a, b) => (a && a.uses >= b.uses ? a : b), null);
  return rows.map((row) => ({ slug: row.slug, name: row.name, mostUsed: row === most }));
}
