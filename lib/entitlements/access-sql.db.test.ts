import { beforeAll, describe, expect, it } from "vitest";
import { activeGrants, inGoodStanding } from "#lib/access/index.ts";
import { db, query } from "#lib/db/index.ts";
import { type Fixture, freshTenant } from "#lib/testing/index.ts";
import { activeSql, inGoodStandingSql } from "./access-sql.ts";

const DAY = 86_400_000;
const GRACE_DAYS = 7;
const NOW = new Date("2026-03-29T12:00:00Z"); // the day on which many clocks skip an hour
const MOMENTS = [null, -30 * DAY, -8 * DAY, -7 * DAY, -7 * DAY + 1, -6 * DAY, -1, 0, 1, DAY].map((offset) =>
  offset === null ? null : new Date(NOW.getTime() + offset),
);
const STATUSES = ["active", "trialing", "past_due", "incomplete", "incomplete_expired", "unpaid", "canceled", "paused"];

let t: Fixture;
beforeAll(async () => {
  t = await freshTenant();
});

describe("SQL and the pure rule say the same", () => {
  it("of every kind and status of a membership, at every edge of its time", async () => {
    const facts = [
      ...STATUSES.flatMap((status) => MOMENTS.map((pastDueSince) => ({ kind: "stripe", status, pastDueSince }))),
      { kind: "lifetime", status: null, pastDueSince: null },
      { kind: "complimentary", status: null, pastDueSince: null },
    ].flatMap((fact) =>
      [null, -1, 0, 1].map((offset) => ({
        ...fact,
        endedAt: offset === null ? null : new Date(NOW.getTime() + offset),
      })),
    );
    const members = await Promise.all(facts.map((fact) => t.addMember(fact as never)));
    const rule = inGoodStandingSql({ now: NOW, graceDays: GRACE_DAYS });
    const good = await query(
      (tx) =>
        tx.$queryRaw<{ id: string }[]>`SELECT m.id FROM members m WHERE m.tenant_id = ${t.tenant.id}::uuid AND ${rule}`,
    );
    const ids = new Set(good.map(({ id }) => id));
    const wrong = facts.filter(
      (fact, n) => inGoodStanding(fact as never, GRACE_DAYS, NOW) !== ids.has(members[n]?.id ?? ""),
    );
    expect(wrong).toEqual([]);
    expect(ids.size).toBeGreaterThan(0);
  });

  it("of a grant's beginning and end", async () => {
    const dates = MOMENTS.flatMap((startsAt) => MOMENTS.map((expiresAt) => ({ startsAt, expiresAt })));
    const key = {
      tenantId: t.tenant.id,
      memberId: t.member.id,
      productId: t.product.id,
      source: "stripe",
      grantedBy: "stripe",
    } as const;
    await db().entitlement.createMany({ data: dates.map((date, n) => ({ ...key, ...date, sourceRef: String(n) })) });
    const rows = await query(
      (tx) => tx.$queryRaw<{ ref: string }[]>`
      SELECT e.source_ref AS ref FROM entitlements e WHERE e.tenant_id = ${t.tenant.id}::uuid AND ${activeSql({ now: NOW })}`,
    );
    const active = new Set(rows.map(({ ref }) => Number(ref)));
    const wrong = dates.filter(
      (date, n) => activeGrants([{ source: "stripe", ...date }], NOW).length > 0 !== active.has(n),
    );
    expect(wrong).toEqual([]);
    expect(active.size).toBeGreaterThan(0);
  });
});
