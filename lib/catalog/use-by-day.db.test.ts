import { describe, expect, it, vi } from "vitest";
import { pool } from "#lib/db/index.ts";
import { freshTenant } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { flushPulls, notePull } from "./index.ts";

async function daysOf(table: "product_days" | "member_days", tenantId: string) {
  const member = table === "member_days" ? "member_id" : "NULL AS member_id";
  const { rows } = await pool().query<{ day: string; member_id: string | null; pulls: number; last_at: Date }>(
    `SELECT day::text, ${member}, pulls, downloads, last_at FROM ${table} WHERE tenant_id = $1 ORDER BY day, pulls DESC`,
    [tenantId],
  );
  return rows;
}

describe("what is fetched by day", () => {
  it("is counted in UTC by product and by member, of several tokens of one person together, by nobody's member not", async () => {
    const t = await freshTenant();
    const of = { tenantId: t.tenant.id, productId: t.product.id, repositoryId: newId(), digest: "sha256:x", tag: null };
    const [ana, ben] = [newId(), newId()];
    const at = (time: string) => new Date(`2041-05-${time}Z`);
    const pulled = (time: string, actor: string, memberId: string | null) => {
      vi.setSystemTime(at(time));
      notePull({ ...of, actor, memberId });
    };
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      pulled("01T23:59:59.999", "token:1", ana);
      pulled("02T00:00:00", "token:1", ana);
      pulled("02T00:00:01", "token:2", ana);
      pulled("02T00:00:02", "token:3", ben);
      await flushPulls();
      pulled("02T00:00:03", "token:robot", null);
      pulled("02T00:00:00.500", "token:1", ana);
      await flushPulls();
    } finally {
      vi.useRealTimers();
    }

    expect(await daysOf("product_days", t.tenant.id)).toEqual([
      { day: "2041-05-01", member_id: null, pulls: 1, downloads: 0, last_at: at("01T23:59:59.999") },
      { day: "2041-05-02", member_id: null, pulls: 5, downloads: 0, last_at: at("02T00:00:03") },
    ]);
    expect(await daysOf("member_days", t.tenant.id)).toEqual([
      { day: "2041-05-01", member_id: ana, pulls: 1, downloads: 0, last_at: at("01T23:59:59.999") },
      { day: "2041-05-02", member_id: ana, pulls: 3, downloads: 0, last_at: at("02T00:00:01") },
      { day: "2041-05-02", member_id: ben, pulls: 1, downloads: 0, last_at: at("02T00:00:02") },
    ]);
  });
});
