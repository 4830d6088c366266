import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { freshTenant } from "#lib/testing/index.ts";
import {
  addToGroup,
  createGroup,
  giveToGroup,
  grantEntitlement,
  type HolderRow,
  listEntitledProducts,
  listHolders,
  revokeEntitlement,
} from "./index.ts";

const PAST = new Date("2020-01-01T00:00:00Z");

/** A product with a holder by hand, one by hand and by a group, one whose grant begins later, and three who hold nothing. */
async function held() {
  const t = await freshTenant({ product: { requiresEntitlement: true } });
  const [byHand, both, later] = [t.member, await t.addMember(), await t.addMember()];
  const [expired, ended] = [await t.addMember(), await t.addMember()];
  const { id: productId } = t.product;
  await grantEntitlement(t.ctx, { memberId: byHand.id, productId, reason: "a friend" });
  await grantEntitlement(t.ctx, { memberId: both.id, productId });
  await grantEntitlement(t.ctx, { memberId: later.id, productId, startsAt: "2090-01-01T00:00:00Z" });
  const row = { tenantId: t.tenant.id, productId, source: "admin", grantedBy: "system" } as const;
  await db().entitlement.create({ data: { ...row, memberId: expired.id, expiresAt: PAST } });
  const { grant } = await grantEntitlement(t.ctx, { memberId: ended.id, productId });
  await revokeEntitlement(t.ctx, { entitlementId: grant.id });
  const { id: groupId } = await createGroup(t.ctx, { name: "Partners" });
  await giveToGroup(t.ctx, { groupId, productId });
  await addToGroup(t.ctx, { groupId, memberIds: [both.id] });
  return { t, productId, byHand, both, later };
}

describe("who holds a product", () => {
  it("is counted by what gave it, each member once in all, and only what holds now", async () => {
    const { t, productId } = await held();
    const archived = await t.addProduct({ archivedAt: new Date() });
    const other = await t.addProduct();
    const rows = await listEntitledProducts(t.as("readonly"));
    const of = (id: string) => rows.find(({ product }) => product.id === id);
    expect(of(productId)).toMatchObject({ holders: { admin: 2, stripe: 0, backfill: 0, group: 1 }, members: 2 });
    expect(of(other.id)).toMatchObject({ holders: { admin: 0, stripe: 0, backfill: 0, group: 0 }, members: 0 });
    expect(of(archived.id)).toBeUndefined();
  });

  it("is listed with what is yet to begin, newest first and page by page, and whether access stays without a row", async () => {
    const { t, productId, byHand, both, later } = await held();
    const seen: HolderRow[] = [];
    for (let after: string | undefined; ; ) {
      const { holders, next } = await listHolders(t.as("readonly"), { productId, after, limit: 3 });
      seen.push(...holders);
      if (!next) break;
      after = next;
    }
    expect(seen.map(({ email, source, others }) => [email, source, others])).toEqual([
      [both.email, "group", true],
      [later.email, "admin", false],
      [both.email, "admin", true],
      [byHand.email, "admin", false],
    ]);
    expect(seen[3]).toMatchObject({ memberId: byHand.id, reason: "a friend", sourceRef: "", expiresAt: null });
  });

  it("is found by source and by a part of the address or name, of which % and _ are as good as any", async () => {
    const { t, productId, byHand, both } = await held();
    await db().user.update({ where: { id: byHand.userId }, data: { name: "Ana_100%" } });
    const emails = async (filter: object) =>
      (await listHolders(t.ctx, { productId, ...filter })).holders.map(({ email }) => email);
    expect(await emails({ source: "group" })).toEqual([both.email]);
    expect(await emails({ search: byHand.email.toUpperCase() })).toEqual([byHand.email]);
    expect(await emails({ search: "a_1" })).toEqual([byHand.email]);
    expect(await emails({ search: "%" })).toEqual([byHand.email]);
  });

  it("is nobody's to see who may not, nor another tenant's", async () => {
    const { t, productId } = await held();
    const other = await freshTenant();
    await expect(listHolders(t.as(null), { productId })).rejects.toMatchObject({ reason: "entitlement.view" });
    await expect(listEntitledProducts(t.as(null))).rejects.toMatchObject({ reason: "entitlement.view" });
    expect(await listHolders(other.ctx, { productId })).toEqual({ holders: [], next: null });
    for (const wrong of [{ after: "x" }, { limit: 0 }, { limit: 201 }, { source: "nobody" }]) {
      const asked = listHolders(t.ctx, { productId, ...wrong } as Parameters<typeof listHolders>[1]);
      await expect(asked).rejects.toMatchObject({ code: "invalid" });
    }
  });
});
