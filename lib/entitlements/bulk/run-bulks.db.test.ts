import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";

import { confirmBulk, grantEntitlement, prepareBulk, runBulkChanges, viewBulk } from "../index.ts";

import { csvOf, done, five, may, never, standing } from "./bulk.contract.ts";

describe("a grant for many", () => {
  it("leaves a grant that is yet to begin its first day, and gives it no end before that", async () => {
    const { t, members, productId } = await five();
    const [scheduled, open] = members;
    const startsAt = "2090-01-01T00:00:00Z";
    for (const { id: memberId } of [scheduled, open]) await grantEntitlement(t.ctx, { memberId, productId, startsAt });
    const csv = `${scheduled.email},,2091-01-01\n${open.email},,2089-01-01`;
    expect(await done(t, { kind: "grant", csv })).toMatchObject({ counts: { changes: 1, bad: 1 } });
    const rows = await db().entitlement.findMany({ where: { tenantId: t.tenant.id, revokedAt: null } });
    expect(
      rows.map((row) => [row.memberId, row.startsAt?.toISOString(), row.expiresAt?.toISOString() ?? null]),
    ).toEqual(
      expect.arrayContaining([
        [scheduled.id, "2090-01-01T00:00:00.000Z", "2091-01-01T23:59:59.000Z"],
        [open.id, "2090-01-01T00:00:00.000Z", null],
      ]),
    );
    expect(await may(t, scheduled)).toBe(false);
  });

  it("begins anew, without the old dates, where the time of a grant is over", async () => {
    const { t, members, productId } = await five();
    const past = { startsAt: new Date("2020-01-01T00:00:00Z"), expiresAt: new Date("2021-01-01T00:00:00Z") };
    const row = {
      tenantId: t.tenant.id,
      productId,
      memberId: members[0].id,
      source: "admin",
      grantedBy: "system",
    } as const;
    const { id } = await db().entitlement.create({ data: { ...row, ...past } });
    expect(await done(t, { kind: "grant", csv: csvOf([members[0]]) })).toMatchObject({ counts: { gains: 1 } });
    const old = { revokedAt: past.expiresAt, revokedBy: "system", revokeReason: "expired", replaced: false };
    expect(await db().entitlement.findUnique({ where: { id } })).toMatchObject(old);
    const fresh = await db().entitlement.findFirstOrThrow({ where: { tenantId: t.tenant.id, revokedAt: null } });
    expect(fresh).toMatchObject({ startsAt: null, expiresAt: null });
    expect(await may(t, members[0])).toBe(true);
  });

  it("that meets an error stops with words for it, changes nothing of that chunk, and lets the next one go on", async () => {
    const { t, members, productId } = await five();
    const dies = await prepareBulk(t.ctx, { kind: "grant", productId, csv: csvOf(members), reason: "dies" });
    const lives = await prepareBulk(t.ctx, { kind: "grant", productId, csv: members[1].email });
    for (const { id } of [dies, lives]) await confirmBulk(t.ctx, { bulkId: id });
    await db().$executeRaw`ALTER TABLE entitlements ADD CONSTRAINT no_more CHECK (reason <> 'dies') NOT VALID`;
    try {
      await Promise.all([1, 2].map(() => runBulkChanges({ signal: never() })));
    } finally {
      await db().$executeRaw`ALTER TABLE entitlements DROP CONSTRAINT no_more`;
    }
    expect((await viewBulk(t.ctx, dies.id)).change).toMatchObject({ state: "stopped", doneTo: 0 });
    expect((await viewBulk(t.ctx, lives.id)).change.state).toBe("done");
    expect(await standing(t)).toBe(1);
    const entries = { where: { tenantId: t.tenant.id, subjectId: dies.id } };
    expect(await db().auditEvent.count(entries)).toBe(1);
  });
});
