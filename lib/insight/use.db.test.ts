import { describe, expect, it } from "vitest";
import { fetchesOf, freshTenant, FETCHED_NOW as NOW } from "#lib/testing/index.ts";
import type { Ctx } from "../context.ts";

import { listChoices, listMemberUse, listProductUse, viewUse } from "./index.ts";

const at = (ctx: Ctx) => ({ ...ctx, now: NOW });

describe("use over time", () => {
  it("has each day in UTC, today as the last, and what as many days before came to", async () => {
    const t = await freshTenant();
    const { pull, download } = fetchesOf(t);
    const of = { productId: t.product.id, memberId: t.member.id };
    await pull("06-15T00:00:00", of);
    await pull("06-14T23:59:59.999", of);
    await download("06-09T00:00:00", { ...of, releaseId: t.tenant.id });
    await pull("06-08T23:59:59.999", of);
    await pull("06-02T00:00:00", of);
    await pull("06-01T23:59:59.999", of);
    await pull("06-15T01:00:00", { ...of, memberId: null, actor: "token:robot" });

    const use = await viewUse(at(t.as("readonly")), { days: "7" });

    const days = use.days.map(({ day, pulls, downloads }) => [day.toISOString(), pulls, downloads]);
    expect([days.length, days[0], days[5], days[6]]).toEqual([
      7,
      ["2041-06-09T00:00:00.000Z", 0, 1],
      ["2041-06-14T00:00:00.000Z", 1, 0],
      ["2041-06-15T00:00:00.000Z", 2, 0],
    ]);
    expect([use.pulls, use.downloads, use.before]).toEqual([3, 1, { pulls: 2, downloads: 0 }]);
    expect((await viewUse(at(t.ctx), { days: "365" })).days).toHaveLength(365);
  });

  it("is of one product where one is named, and of one tenant", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const second = await t.addProduct();
    const { pull } = fetchesOf(t);
    await pull("06-15T10:00", { productId: t.product.id, memberId: t.member.id });
    await pull("06-15T10:00", { productId: second.id, memberId: t.member.id });
    await fetchesOf(other).pull("06-15T10:00", { productId: other.product.id, memberId: other.member.id });
    expect((await viewUse(at(t.ctx), {})).pulls).toBe(2);
    expect((await viewUse(at(t.ctx), { product: second.slug })).pulls).toBe(1);
    await expect(viewUse(at(t.ctx), { product: other.product.slug })).rejects.toMatchObject({ code: "not_found" });
    expect((await listChoices(at(t.ctx))).map(({ slug }) => slug).sort()).toEqual([t.product.slug, second.slug].sort());
  });

  it("is nobody's to see who may not see members, and no other period's", async () => {
    const t = await freshTenant();
    await expect(viewUse(t.as(null), {})).rejects.toMatchObject({ code: "forbidden" });
    await expect(viewUse(t.ctx, { days: "31" as never })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("use by product", () => {
  it("counts each member once, sorts by use, keeps what nobody fetched, and pages without a gap", async () => {
    const t = await freshTenant({ product: { name: "Most" } });
    const [less, none] = [await t.addProduct({ name: "Less" }), await t.addProduct({ name: "None" })];
    const gone = await t.addProduct({ name: "Gone", archivedAt: NOW });
    const ana = await t.addMember();
    const { pull, download } = fetchesOf(t);
    await pull("06-15T10:00", { productId: t.product.id, memberId: ana.id, actor: "token:1" });
    await pull("06-14T10:00", { productId: t.product.id, memberId: ana.id, actor: "token:2" });
    await pull("06-14T10:00", { productId: t.product.id, memberId: t.member.id });
    await download("06-14T11:00", { productId: less.id, memberId: ana.id, releaseId: t.tenant.id });
    await pull("04-01T10:00", { productId: less.id, memberId: t.member.id });
    await pull("04-01T10:00", { productId: gone.id, memberId: t.member.id });

    const { rows, next } = await listProductUse(at(t.as("readonly")), {});

    expect(next).toBe(null);
    expect(rows.map(({ product, ...use }) => [product.name, ...Object.values(use)])).toEqual([
      ["Most", 3, 0, 2, new Date("2041-06-15T10:00:00Z")],
      ["Less", 0, 1, 1, new Date("2041-06-14T11:00:00Z")],
      ["None", 0, 0, 0, null],
    ]);
    const paged: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await listProductUse(at(t.ctx), { days: "90", limit: 1, after });
      paged.push(...page.rows.map(({ product }) => product.name));
      if (!page.next) break;
      after = page.next;
    }
    expect(paged.slice(0, 2)).toEqual(["Most", "Less"]);
    expect([...paged].sort()).toEqual(["Gone", "Less", "Most", "None"]);
    const found = await listProductUse(at(t.ctx), { search: "LES" });
    expect(found.rows.map(({ product }) => product.id)).toEqual([less.id]);
    expect(none.id).toBe(rows[2]?.product.id);
  });
});

describe("use by member", () => {
  it("adds up a person's tokens, leaves out who fetched nothing in the period, and says what they have", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const second = await t.addProduct({ name: "Z second" });
    const [ana, ben] = [t.member, await t.addMember()];
    const { pull } = fetchesOf(t);
    await pull("06-15T10:00", { productId: t.product.id, memberId: ana.id, actor: "token:1", tag: "1.0" });
    await pull("06-14T10:00", { productId: second.id, memberId: ana.id, actor: "token:2", digest: "sha256:a" });
    await pull("06-14T10:00", { productId: t.product.id, memberId: ben.id, tag: "0.9" });
    await pull("04-14T10:00", { productId: t.product.id, memberId: (await t.addMember()).id });
    await fetchesOf(other).pull("06-15T09:00", { productId: other.product.id, memberId: other.member.id });

    const { rows } = await listMemberUse(at(t.as("readonly")), {});

    expect(rows.map(({ member, pulls, lastAt }) => [member.email, pulls, lastAt])).toEqual([
      [ana.email, 2, new Date("2041-06-15T10:00:00Z")],
      [ben.email, 1, new Date("2041-06-14T10:00:00Z")],
    ]);
    expect(rows[0]?.runs.map(({ product, version, tag }) => [product.slug, version, tag])).toEqual([
      [t.product.slug, null, "1.0"],
      [second.slug, null, null],
    ]);
    const one = await listMemberUse(at(t.ctx), { product: second.slug });
    expect(one.rows.map(({ member, pulls, runs }) => [member.id, pulls, runs.length])).toEqual([[ana.id, 1, 1]]);
    const found = await listMemberUse(at(t.ctx), { search: ben.email.toUpperCase() });
    expect(found.rows.map(({ member }) => member.id)).toEqual([ben.id]);
    const first = await listMemberUse(at(t.ctx), { limit: 1 });
    const rest = await listMemberUse(at(t.ctx), { limit: 1, after: first.next ?? undefined });
    expect([...first.rows, ...rest.rows].map(({ member }) => member.id)).toEqual([ana.id, ben.id]);
    expect(rest.next).toBe(null);
  });
});
