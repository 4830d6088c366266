import { beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { db } from "#lib/db/index.ts";
import { liftRecall, recallRelease } from "#lib/recalls/index.ts";
import { forceDeleteRelease } from "#lib/releases/index.ts";
import {
  type Fixture,
  fetchesOf,
  freshTenant,
  indexRows,
  FETCHED_NOW as NOW,
  tie,
  tiedRelease,
} from "#lib/testing/index.ts";
import type { Ctx } from "../context.ts";
import { type AdopterFilter, listAdopters, listVersionUse } from "./index.ts";

const at = (ctx: Ctx) => ({ ...ctx, now: NOW });

let t: Fixture;
const people = new Map<string, string>();
const nameOf = (id: string) => [...people].find(([, own]) => own === id)?.[0];

// 1.0.0 stable, 1.1.0 yanked, 2.0.0 stable (an index), 2.1.0-rc.1 beta, 3.0.0 a draft, 0.9.0 deleted.
beforeAll(async () => {
  t = await freshTenant();
  const { pull, download } = fetchesOf(t);
  const productId = t.product.id;
  const joined = async (name: string, subscription?: Parameters<Fixture["addMember"]>[0]) => {
    const { id } = await t.addMember(subscription);
    people.set(name, id);
    return { productId, memberId: id };
  };
  const [v1, v11] = [await tiedRelease(t, "1.0.0", "published"), await tiedRelease(t, "1.1.0", "yanked")];
  const [v2, rc] = [await tiedRelease(t, "2.0.0", "published"), await tiedRelease(t, "2.1.0-rc.1", "published")];
  const [draft, old] = [await tiedRelease(t, "3.0.0", "draft"), await tiedRelease(t, "0.9.0", "published")];
  const { repositoryId, index, children } = await indexRows(t);
  const image = await indexRows(t);
  await tie(t, v2.id, { repositoryId, digest: index });
  await tie(t, draft.id, { repositoryId, digest: index });
  await tie(t, v1.id, { repositoryId: image.repositoryId, digest: image.index });

  const child = await joined("child");
  await pull("06-15T10:00", { ...child, repositoryId, digest: children[1] ?? "", actor: "token:c1" });
  await pull("06-15T11:00", { ...child, repositoryId: image.repositoryId, digest: image.index, actor: "token:c2" });
  const moved = await joined("moved");
  await download("03-01T10:00", { ...moved, releaseId: rc.id });
  await download("06-10T10:00", { ...moved, releaseId: v1.id });
  const yanked = await joined("yanked", { status: "canceled" });
  await download("06-10T10:00", { ...yanked, releaseId: v11.id });
  const deleted = await joined("deleted");
  await download("06-10T10:00", { ...deleted, releaseId: old.id });
  const tagged = await joined("tagged");
  await pull("06-10T10:00", { ...tagged, digest: "sha256:one", tag: "edge" });
  await pull("06-12T10:00", { ...tagged, digest: "sha256:two", tag: "nightly" });
  await pull("06-11T10:00", { ...tagged, digest: "sha256:three", tag: "edge" });
  const untagged = await joined("untagged");
  await pull("06-10T10:00", { ...untagged, digest: "sha256:four" });
  await joined("never");
  await joined("lapsed", { status: "canceled" });
  await pull("06-14T10:00", { productId, memberId: null, actor: "token:robot", repositoryId, digest: index });
  await forceDeleteRelease(t.ctx, { releaseId: old.id, version: "0.9.0" });
});

describe("adoption", () => {
  it("counts each member once, with the newest version that they fetched in the period", async () => {
    const { rows } = await listVersionUse(at(t.as("readonly")), { product: t.product.slug, days: "30" });
    expect(rows.map(({ version, tag, state, latest, members }) => [version ?? tag, state, latest, members])).toEqual([
      ["2.0.0", "published", true, 1],
      ["1.1.0", "yanked", false, 1],
      ["1.0.0", "published", false, 1],
      ["0.9.0", "deleted", false, 1],
      ["nightly", null, false, 1],
      [null, null, false, 1],
    ]);
    expect(rows.map(({ share }) => share)).toEqual(Array.from({ length: 6 }, () => 1 / 6));
    const year = await listVersionUse(at(t.ctx), { product: t.product.slug, days: "365" });
    expect(year.rows.find(({ version }) => version === "1.0.0")).toBe(undefined);
    expect(year.rows[0]).toMatchObject({ version: "2.1.0-rc.1", members: 1, latest: false });
  });

  it("marks what is recalled, until that is lifted", async () => {
    const { id: releaseId } = await db().release.findFirstOrThrow({
      where: { productId: t.product.id, version: "1.1.0" },
    });
    const recalled = async () => {
      const { rows } = await listVersionUse(at(t.ctx), { product: t.product.slug });
      return rows.filter((row) => row.recalled).map(({ version }) => version);
    };
    expect(await recalled()).toEqual([]);
    const { recall } = await recallRelease(t.ctx, { releaseId, reason: "It loses data." });
    expect(await recalled()).toEqual(["1.1.0"]);
    await liftRecall(t.ctx, { recallId: recall.id, reason: "It was another one." });
    expect(await recalled()).toEqual([]);
  });

  it("pages, and is another tenant's no more than a product that is none", async () => {
    const first = await listVersionUse(at(t.ctx), { product: t.product.slug, limit: 4 });
    const rest = await listVersionUse(at(t.ctx), { product: t.product.slug, limit: 4, after: first.next });
    expect([first.rows.length, rest.rows.length, rest.next]).toEqual([4, 2, null]);
    const other = await freshTenant();
    await expect(listVersionUse(other.ctx, { product: t.product.slug })).rejects.toMatchObject({ code: "not_found" });
    await expect(listVersionUse(t.as(null), { product: t.product.slug })).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("who still runs what", () => {
  const asked = async (filter: Partial<z.input<typeof AdopterFilter>> = {}) => {
    const { rows } = await listAdopters(at(t.as("readonly")), { product: t.product.slug, ...filter });
    return rows.map(({ member, version, tag, behind, inGoodStanding }) => [
      ...[nameOf(member.id), version ?? tag, behind, inGoodStanding],
    ]);
  };

  it("has every member with the newest version that they ever fetched, the lowest first", async () => {
    expect(await asked()).toEqual([
      ["deleted", "0.9.0", 2, true],
      ["yanked", "1.1.0", 1, false],
      ["child", "2.0.0", 0, true],
      ["moved", "2.1.0-rc.1", 0, true],
      ...[
        ["tagged", "nightly", null, true],
        ["untagged", null, null, true],
      ],
    ]);
  });

  it("is narrowed by version, range, distance, time and name", async () => {
    expect((await asked({ version: "1.1.0" })).map(([name]) => name)).toEqual(["yanked"]);
    expect((await asked({ version: "<2" })).map(([name]) => name)).toEqual(["deleted", "yanked"]);
    expect((await asked({ version: ">=2" })).map(([name]) => name)).toEqual(["child", "moved"]);
    expect((await asked({ behind: 1 })).map(([name]) => name)).toEqual(["deleted", "yanked"]);
    expect((await asked({ behind: 2 })).map(([name]) => name)).toEqual(["deleted"]);
    expect(await asked({ behind: 3 })).toEqual([]);
    expect((await asked({ idle: 4 })).map(([name]) => name)).toEqual(["deleted", "yanked", "moved", "untagged"]);
    const { rows } = await listAdopters(at(t.ctx), { product: t.product.slug, search: "nobody@" });
    expect(rows).toEqual([]);
    await expect(asked({ version: "newest" })).rejects.toMatchObject({ code: "invalid" });
  });

  it("pages through all of them once", async () => {
    const seen: (string | undefined)[] = [];
    for (let after: string | undefined; ; ) {
      const page = await listAdopters(at(t.ctx), { product: t.product.slug, limit: 1, after });
      seen.push(...page.rows.map(({ member }) => nameOf(member.id)));
      if (!page.next) break;
      after = page.next;
    }
    expect(seen).toEqual(["deleted", "yanked", "child", "moved", "tagged", "untagged"]);
  });

  it("names who may have it and never fetched it: for a restricted product, who holds a grant", async () => {
    const open = await asked({ fetched: "never" });
    // The fixture's own member, too.
    expect(open.map(([name]) => name).sort()).toEqual(["never", undefined]);
    await db().product.update({ where: { id: t.product.id }, data: { requiresEntitlement: true } });
    expect(await asked({ fetched: "never" })).toEqual([]);
    const grant = { tenantId: t.tenant.id, memberId: people.get("never") ?? "", productId: t.product.id };
    const by = { source: "admin", grantedBy: "system", reason: "bought" } as const;
    await db().entitlement.create({ data: { ...grant, ...by } });
    expect(await asked({ fetched: "never" })).toEqual([["never", null, null, true]]);
    await db().product.update({ where: { id: t.product.id }, data: { requiresEntitlement: false } });
  });

  it("tells a person who is a member of two tenants in each by what they fetched there", async () => {
    const other = await freshTenant();
    const person = await db().member.findUniqueOrThrow({ where: { id: people.get("never") ?? "" } });
    const there = await db().member.create({ data: { tenantId: other.tenant.id, userId: person.userId } });
    const same = { actor: `user:${person.userId}`, tag: "1" };
    await fetchesOf(other).pull("06-15T10:00", { productId: other.product.id, memberId: there.id, ...same });
    expect((await asked()).map(([name]) => name)).not.toContain("never");
    const { rows } = await listAdopters(at(other.ctx), { product: other.product.slug });
    expect(rows.map(({ member, tag }) => [member.id, tag])).toEqual([[there.id, "1"]]);
  });
});
