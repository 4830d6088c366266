import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { freshTenant } from "#lib/testing/index.ts";
import { pool } from "./index.ts";

describe("the ledger's table", () => {
  it("takes one row a member, product, source and reference that nobody ended, and any number of ended ones", async () => {
    const { tenant, member, product } = await freshTenant();
    const add = (source: string, reference: string, revoked: Date | null) =>
      pool().query(
        `INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, source_ref, granted_by, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'x', $7)`,
        [randomUUID(), tenant.id, member.id, product.id, source, reference, revoked],
      );
    await add("admin", "", new Date());
    await add("admin", "", new Date());
    await add("admin", "", null);
    await add("stripe", "", null);
    await add("stripe", "sub_1", null);
    await expect(add("admin", "", null)).rejects.toMatchObject({
      code: "23505",
      constraint: "entitlements_one_active",
    });
    await expect(add("stripe", "sub_1", null)).rejects.toMatchObject({ constraint: "entitlements_one_active" });
  });

  it("never loses a row", async () => {
    const { tenant, member, product } = await freshTenant();
    const values = [randomUUID(), tenant.id, member.id, product.id];
    await pool().query(
      `INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, granted_by) VALUES ($1, $2, $3, $4, 'admin', 'x')`,
      values,
    );
    const erase = pool().query("DELETE FROM entitlements WHERE tenant_id = $1", [tenant.id]);
    await expect(erase).rejects.toThrow(/ended, never deleted/);
  });
});
