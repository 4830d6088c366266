import { describe, expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import { asMember, freshTenant } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { decideAccess, listPullableProducts, type NearProduct } from "./index.ts";

const pullableIn = (near: readonly NearProduct[]) => near.filter(({ pullable }) => pullable).map(({ id }) => id);

describe("the products that somebody may pull", () => {
  it("are, of two hundred, those of which a pull would be allowed, by one statement for all of them", async () => {
    const here = await freshTenant();
    const other = await freshTenant();
    await db().member.create({ data: { tenantId: other.tenant.id, userId: here.member.userId } });
    const kinds = [
      {},
      { requiresEntitlement: true },
      { visibility: "hidden" },
      { visibility: "hidden", requiresEntitlement: true },
      { archivedAt: new Date() },
    ] as const;
    const data = Array.from({ length: 200 }, (_, n) => ({
      id: newId(),
      tenantId: here.tenant.id,
      slug: `many-${n}`,
      name: `Many ${n}`,
      ...kinds[n % kinds.length],
    }));
    await db().product.createMany({ data });
    const granted = {
      memberId: here.member.id,
      source: "admin",
      grantedBy: "system",
      tenantId: here.tenant.id,
    } as const;
    const past = new Date("2020-01-01T00:00:00Z");
    await db().entitlement.createMany({
      data: data
        .filter((_, n) => n % 3 === 0)
        .map(({ id: productId }, n) => ({
          ...granted,
          productId,
          expiresAt: n % 2 === 0 ? past : null,
        })),
    });
    const principal = asMember(here.member);
    const asked: string[] = [];
    for (const { id, slug: product } of data) {
      const place = { name: `${here.tenant.slug}/${product}`, tenant: here.tenant.slug, product };
      if ((await decideAccess(principal, place, "registry.pull")).decision.allowed) asked.push(id);
    }
    let statements = 0;
    const count = () => statements++;
    pool().on("acquire", count);
    const near = await listPullableProducts(principal, here.tenant.slug);
    pool().off("acquire", count);
    const ids = pullableIn(near);
    expect([ids.filter((id) => id !== here.product.id).sort(), near.length, statements]).toEqual([
      asked.sort(),
      161,
      1,
    ]);
    expect(new Set(asked).size).toBeGreaterThan(40);
    expect(new Set(pullableIn(await listPullableProducts(principal)))).toEqual(new Set(ids));
  });
});
