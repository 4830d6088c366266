import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { freshTenant } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { listMemberFetches } from "./index.ts";

const NOW = new Date("2026-11-22T00:30:00Z");

describe("what a member fetched", () => {
  it("is told by product, with each of thirty days in UTC, and leaves out others' and older ones", async () => {
    const t = await freshTenant();
    const [other, second] = [await t.addMember(), await t.addProduct({ name: "A second" })];
    const ctx = { ...t.as("readonly"), now: NOW };
    const pulled = (at: string, { memberId = t.member.id, productId = t.product.id } = {}) =>
      db().pullEvent.create({
        data: {
          id: newId(),
          at: new Date(at),
          tenantId: t.tenant.id,
          productId,
          repositoryId: newId(),
          digest: "sha256:00",
          actor: "system",
          memberId,
        },
      });
    await pulled("2026-11-22T00:10:00Z");
    await pulled("2026-11-21T23:59:59Z");
    await pulled("2026-11-21T00:00:00Z");
    await pulled("2026-10-24T01:00:00Z");
    await pulled("2026-10-23T12:00:00Z");
    await pulled("2026-10-22T23:00:00Z");
    await pulled("2026-11-20T12:00:00Z", { productId: second.id });
    await pulled("2026-11-20T12:00:00Z", { memberId: other.id });

    await db().downloadEvent.create({
      data: {
        ...{ id: newId(), at: new Date("2026-11-21T12:00:00Z"), tenantId: t.tenant.id, productId: t.product.id },
        ...{ releaseId: newId(), assetId: newId(), actor: "system", memberId: t.member.id, byLink: true },
      },
    });

    const pulls = await listMemberFetches(ctx, t.member.id);

    expect(pulls.map(({ product, pulls, downloads }) => [product.id, pulls, downloads])).toEqual([
      [second.id, 1, 0],
      [t.product.id, 4, 1],
    ]);
    const [, own] = pulls;
    expect(own?.lastAt).toEqual(new Date("2026-11-22T00:10:00Z"));
    const days = own?.days.map(({ day, fetches }) => [day.toISOString().slice(0, 10), fetches]) ?? [];
    expect([days.length, days[0], days.at(-2), days.at(-1)]).toEqual([
      30,
      ["2026-10-24", 1],
      ["2026-11-21", 3],
      ["2026-11-22", 1],
    ]);
    expect(days.reduce((sum, [, count]) => sum + Number(count), 0)).toBe((own?.pulls ?? 0) + (own?.downloads ?? 0));
  });

  it("is nobody's to see who may not see members, nor another tenant's", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    await expect(listMemberFetches(t.as(null), t.member.id)).rejects.toMatchObject({ reason: "member.view" });
    expect(await listMemberFetches(other.ctx, t.member.id)).toEqual([]);
    expect(await listMemberFetches(t.ctx, t.member.id)).toEqual([]);
  });
});
