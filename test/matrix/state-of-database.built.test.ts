import { describe, expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import { freshTenant } from "#lib/testing/index.ts";
import { stateOfDatabase } from "./state-of-database.ts";

describe("the state of the database", () => {
  it("differs while anything differs, and is the same again when all is as before", async () => {
    const { tenant, product } = await freshTenant();
    const before = await stateOfDatabase();
    const renamed = (name: string) => db().product.update({ where: { id: product.id }, data: { name } });
    await renamed("Another");
    expect(await stateOfDatabase()).not.toBe(before);
    await renamed(product.name);
    expect(await stateOfDatabase()).toBe(before);
    await db().subscription.deleteMany({ where: { tenantId: tenant.id } });
    expect(await stateOfDatabase()).not.toBe(before);
  });

  it("knows a change that commits while it is asked by the next time", async () => {
    const { product } = await freshTenant();
    const before = await stateOfDatabase();
    const client = await pool().connect();
    try {
      await client.query("BEGIN");
      await client.query("UPDATE products SET name = 'Later' WHERE id = $1", [product.id]);
      expect(await stateOfDatabase()).toBe(before);
      await client.query("COMMIT");
    } finally {
      client.release();
    }
    expect(await stateOfDatabase()).not.toBe(before);
  });

  it("watches every table but those that reads and refusals write to", async () => {
    await stateOfDatabase();
    const { rows } = await pool().query<{ name: string }>(
      `SELECT relname AS name FROM pg_class c
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
         AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'watch') ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual([
      "_prisma_migrations",
      "audit_events",
      "cleanup_runs",
      "cleanup_shares",
      "download_days",
      "download_events",
      "downloaded_by",
      "member_days",
      "product_days",
      "pull_days",
      "pull_events",
      "pulled_by",
      "rate_limits",
      "stripe_rereads",
    ]);
  });
});
