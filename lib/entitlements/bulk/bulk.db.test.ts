import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { freshTenant } from "#lib/testing/index.ts";
import {
  addToGroup,
  cancelBulk,
  confirmBulk,
  createGroup,
  giveToGroup,
  grantEntitlement,
  listBulkLines,
  listBulks,
  prepareBulk,
  runBulkChanges,
  viewBulk,
} from "../index.ts";

import { csvOf, done, five, may, never, standing } from "./bulk.contract.ts";

describe("a grant for many", () => {
  it("says line by line what would become of it, changes nothing until it is confirmed, and then does just that", async () => {
    const { t, members, productId } = await five();
    const [fresh, has, later, suspended] = members;
    await grantEntitlement(t.ctx, { memberId: has.id, productId });
    await grantEntitlement(t.ctx, { memberId: later.id, productId, expiresAt: "2090-01-01T00:00:00Z" });
    await db().member.update({ where: { id: suspended.id }, data: { suspendedAt: new Date() } });
    const csv = [
      "email,reason,expiresAt",
      `${fresh.email},a friend`,
      has.email,
      `${later.email},,2099-12-31`,
      suspended.email,
      "nobody@example.com",
      "not an address",
    ].join("\n");
    const before = [await standing(t), await t.auditCount()];
    const change = await prepareBulk(t.ctx, { kind: "grant", productId, csv, reason: "the list" });
    const wanted = { gains: 1, has: 1, changes: 1, suspended: 1, unknown: 1, bad: 1 };
    expect(await viewBulk(t.as("readonly"), change.id)).toMatchObject({
      counts: wanted,
      change: { state: "prepared" },
    });
    await runBulkChanges({ signal: never() });
    expect([await standing(t), await t.auditCount()]).toEqual(before);

    expect(await confirmBulk(t.ctx, { bulkId: change.id })).toEqual({ changed: true });
    expect(await confirmBulk(t.ctx, { bulkId: change.id })).toEqual({ changed: false });
    await runBulkChanges({ signal: never(), chunk: 2 });
    expect(await viewBulk(t.ctx, change.id)).toMatchObject({ counts: wanted, change: { state: "done", doneTo: 7 } });
    const { lines } = await listBulkLines(t.ctx, { bulkId: change.id });
    expect(lines.map(({ line, outcome, problem }) => [line, outcome, problem])).toEqual([
      [2, "gains", null],
      [3, "has", null],
      [4, "changes", null],
      [5, "suspended", null],
      [6, "unknown", null],
      [7, "bad", "is not an address"],
    ]);
    expect(await may(t, fresh)).toBe(true);
    const row = await db().entitlement.findFirstOrThrow({ where: { memberId: fresh.id } });
    expect(row).toMatchObject({ reason: "a friend", grantedBy: `user:${t.users.owner.id}`, source: "admin" });
    const ends = await db().entitlement.findMany({ where: { memberId: later.id }, orderBy: { id: "asc" } });
    expect(ends).toMatchObject([
      { replaced: true },
      { expiresAt: new Date("2099-12-31T23:59:59Z"), reason: "the list" },
    ]);
    expect(await t.auditCount()).toBe((before[1] ?? 0) + 1);
    expect(await t.lastAudit()).toMatchObject({ action: "entitlement.bulkGranted", after: { ...wanted, lines: 7 } });
  });

  it("from a selection, and from everybody whom a search finds, holds just them", async () => {
    const { t, members, productId } = await five();
    const ids = members.slice(0, 2).map(({ id }) => id);
    expect(await done(t, { kind: "grant", memberIds: ids })).toMatchObject({ items: 2, counts: { gains: 2 } });
    expect(await done(t, { kind: "grant", search: members[4].email })).toMatchObject({ counts: { gains: 1 } });
    expect(await done(t, { kind: "grant", search: "" })).toMatchObject({ counts: { gains: 2, has: 3 } });
    const wild = prepareBulk(t.ctx, { kind: "grant", productId, search: "%" });
    await expect(wild).rejects.toMatchObject({ code: "invalid" });
    expect(await listBulks(t.ctx)).toHaveLength(3);
  });

  it("goes on where a worker that died left it, and is done once by however many take part", async () => {
    const { t, members, productId } = await five();
    const change = await prepareBulk(t.ctx, { kind: "grant", productId, csv: csvOf(members) });
    await confirmBulk(t.ctx, { bulkId: change.id });
    let asked = 0;
    const dying = Object.assign(new EventTarget(), {
      throwIfAborted: () => {
        asked++;
        if (asked > 1) throw new Error("this worker stops");
      },
    }) as AbortSignal;
    await expect(runBulkChanges({ signal: dying, chunk: 2 })).rejects.toThrow("this worker stops");
    expect([await standing(t), (await viewBulk(t.ctx, change.id)).change]).toMatchObject([
      2,
      { state: "running", doneTo: 2 },
    ]);
    await Promise.all(Array.from({ length: 3 }, () => runBulkChanges({ signal: never(), chunk: 2 })));
    expect([await standing(t), (await viewBulk(t.ctx, change.id)).change.state]).toEqual([5, "done"]);
    const events = { where: { tenantId: t.tenant.id, action: "entitlement.bulkGranted" } };
    expect(await db().auditEvent.count(events)).toBe(1);
  });

  it("stops where its asker may no longer grant: what is done stays, and the log says why", async () => {
    const { t, members, productId } = await five();
    const manager = t.as("manager");
    const change = await prepareBulk(manager, { kind: "grant", productId, csv: csvOf(members) });
    await confirmBulk(manager, { bulkId: change.id });
    await db().tenantMembership.updateMany({ where: { userId: t.users.manager.id }, data: { role: "operator" } });
    await runBulkChanges({ signal: never(), chunk: 2 });
    expect(await standing(t)).toBe(0);
    const { change: seen } = await viewBulk(t.ctx, change.id);
    expect(seen).toMatchObject({ state: "stopped", error: expect.stringContaining("not allowed to grant") });
    expect(await t.lastAudit()).toMatchObject({ action: "entitlement.bulkGranted", reason: seen.error });
  });

  it("stops where its asker is asked for a second factor meanwhile, and has none", async () => {
    const { t, members, productId } = await five();
    const change = await prepareBulk(t.ctx, { kind: "grant", productId, csv: csvOf(members) });
    await confirmBulk(t.ctx, { bulkId: change.id });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { secondFactorRequired: true } });
    await runBulkChanges({ signal: never(), chunk: 2 });
    expect(await standing(t)).toBe(0);
    const { change: seen } = await viewBulk(t.ctx, change.id);
    expect(seen).toMatchObject({ state: "stopped", error: expect.stringContaining("second factor") });
  });

  it("can be cancelled between two chunks, and one that was only prepared is gone", async () => {
    const { t, members, productId } = await five();
    const draft = await prepareBulk(t.ctx, { kind: "grant", productId, csv: csvOf(members) });
    expect(await cancelBulk(t.ctx, { bulkId: draft.id })).toEqual({ changed: true, gone: true });
    await expect(viewBulk(t.ctx, draft.id)).rejects.toMatchObject({ code: "not_found" });
    const change = await prepareBulk(t.ctx, { kind: "grant", productId, csv: csvOf(members) });
    await confirmBulk(t.ctx, { bulkId: change.id });
    expect(await cancelBulk(t.ctx, { bulkId: change.id })).toEqual({ changed: true, gone: false });
    await runBulkChanges({ signal: never() });
    expect([await standing(t), (await viewBulk(t.ctx, change.id)).change.state]).toEqual([0, "cancelled"]);
    await expect(confirmBulk(t.ctx, { bulkId: change.id })).rejects.toMatchObject({ code: "conflict" });
    expect((await cancelBulk(t.ctx, { bulkId: change.id })).changed).toBe(false);
  });
});

describe("a revoke for many", () => {
  it("ends what a person gave or kept, leaves other sources, and says who keeps access by them", async () => {
    const { t, members, productId } = await five();
    const [byHand, kept, both, none] = members;
    await grantEntitlement(t.ctx, { memberId: byHand.id, productId });
    await grantEntitlement(t.ctx, { memberId: both.id, productId });
    const backfill = { tenantId: t.tenant.id, productId, source: "backfill", grantedBy: "system" } as const;
    for (const one of [kept, both]) await db().entitlement.create({ data: { ...backfill, memberId: one.id } });
    const group = await createGroup(t.ctx, { name: "Partners" });
    await giveToGroup(t.ctx, { groupId: group.id, productId });
    await addToGroup(t.ctx, { groupId: group.id, memberIds: [both.id] });
    const view = await done(t, { kind: "revoke", csv: csvOf([byHand, kept, both, none]), reason: "moved away" });
    expect(view.counts).toEqual({ loses: 2, keeps: 1, nothing: 1 });
    expect(await Promise.all([byHand, kept, both].map((one) => may(t, one)))).toEqual([false, false, true]);
    const rows = await db().entitlement.findMany({ where: { tenantId: t.tenant.id, revokedAt: { not: null } } });
    expect(new Set(rows.map(({ revokeReason }) => revokeReason))).toEqual(new Set(["moved away"]));
    expect(rows).toHaveLength(4);
    expect(await t.lastAudit()).toMatchObject({ action: "entitlement.bulkRevoked", after: { loses: 2, keeps: 1 } });
  });
});

describe("a bulk change is refused", () => {
  it.each<[string, object, string]>([
    ["without anybody", {}, "csv"],
    ["with two ways to say whom", { csv: "a@example.com", search: "" }, "csv"],
    ["with an empty list", { csv: " \n " }, "csv"],
    ["with an end in the past", { csv: "a@example.com", expiresAt: "2020-01-01T00:00:00Z" }, "expiresAt"],
    ["with an unknown field", { csv: "a@example.com", tenantId: "x" }, "tenantId"],
  ])("%s, and nothing is kept", async (_, input, field) => {
    const t = await freshTenant();
    const before = await t.rows();
    const asked = prepareBulk(t.ctx, { kind: "grant", productId: t.product.id, ...input });
    await expect(asked).rejects.toMatchObject({ code: "invalid", fields: { [field]: expect.any(String) } });
    expect(await t.rows()).toEqual(before);
  });

  it("to a role that may not grant, to another tenant's team, and for another tenant's product and members", async () => {
    const { t, productId } = await five();
    const other = await freshTenant();
    const input = { kind: "grant", productId, search: "" } as const;
    const change = await prepareBulk(t.ctx, input);
    const bulkId = change.id;
    const before = [await t.rows(), await other.rows()];
    await expect(prepareBulk(t.as("operator"), input)).rejects.toMatchObject({ reason: "entitlement.grant" });
    await expect(confirmBulk(t.as("operator"), { bulkId })).rejects.toMatchObject({ reason: "entitlement.grant" });
    await expect(cancelBulk(t.as("operator"), { bulkId })).rejects.toMatchObject({ reason: "entitlement.grant" });
    await expect(viewBulk(t.as(null), bulkId)).rejects.toMatchObject({ code: "forbidden" });
    const missing = { code: "not_found" };
    await expect(prepareBulk(other.ctx, input)).rejects.toMatchObject(missing);
    await expect(confirmBulk(other.ctx, { bulkId })).rejects.toMatchObject(missing);
    await expect(cancelBulk(other.ctx, { bulkId })).rejects.toMatchObject(missing);
    await expect(listBulkLines(other.ctx, { bulkId })).rejects.toMatchObject(missing);
    const foreign = prepareBulk(t.ctx, { kind: "grant", productId, memberIds: [other.member.id] });
    await expect(foreign).rejects.toMatchObject({ code: "invalid" });
    expect([await t.rows(), await other.rows()]).toEqual(before);
  });
});
