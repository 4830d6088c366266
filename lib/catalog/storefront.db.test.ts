import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant } from "#lib/testing/index.ts";
import { viewStorefront } from "./index.ts";

const set = (t: Fixture, data: Partial<Record<"storefrontEnabled" | "archivedAt", boolean | Date>>) =>
  db().tenant.update({ where: { id: t.tenant.id }, data: data as object });

describe("the public storefront", () => {
  it("shows what is listed, with nothing but names and descriptions", async () => {
    const t = await freshTenant();
    await set(t, { storefrontEnabled: true });
    await t.addProduct({ visibility: "hidden" });
    await t.addProduct({ archivedAt: new Date() });
    const restricted = await t.addProduct({ requiresEntitlement: true, name: "Zebra", description: "striped" });
    expect(await viewStorefront(t.tenant.slug)).toEqual({
      tenant: { ...t.tenant, graceDays: 7 },
      products: [
        { id: t.product.id, slug: t.product.slug, name: t.product.name, description: "", restricted: false },
        { id: restricted.id, slug: restricted.slug, name: "Zebra", description: "striped", restricted: true },
      ],
    });
  });

  it("is not there for a tenant that has none, is archived or does not exist, in the same words", async () => {
    const [off, archived] = [await freshTenant(), await freshTenant()];
    await set(archived, { storefrontEnabled: true, archivedAt: new Date() });
    const slugs = [off.tenant.slug, archived.tenant.slug, "no-such-tenant", "../x", "", "A"];
    for (const slug of slugs) {
      await expect(viewStorefront(slug), slug).rejects.toMatchObject({
        code: "not_found",
        message: "There is no such page.",
      });
    }
  });
});
