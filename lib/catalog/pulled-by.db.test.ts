import { readFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { pool } from "#lib/db/index.ts";
import { freshTenant } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { flushPulls, notePull } from "./index.ts";

interface Row {
  actor: string;
  member_id: string | null;
  tag: string | null;
  pulls: number;
  first_at: Date;
  last_at: Date;
}

async function rowsOf(tenantId: string): Promise<Row[]> {
  const { rows } = await pool().query<Row>(
    `SELECT actor, member_id, tag, pulls::int, first_at, last_at FROM pulled_by WHERE tenant_id = $1
     ORDER BY digest, actor`,
    [tenantId],
  );
  return rows;
}

describe("who has pulled what", () => {
  it("is one row for each actor and digest, with the first and the last time and the last tag", async () => {
    const t = await freshTenant();
    const of = { tenantId: t.tenant.id, productId: t.product.id, repositoryId: newId(), digest: "sha256:x" };
    const member = { actor: `user:${newId()}`, memberId: newId() };
    const at = (time: string) => new Date(`2041-05-01T${time}Z`);
    const pulled = (time: string, by: { actor: string; memberId: string | null }, tag: string | null) => {
      vi.setSystemTime(at(time));
      notePull({ ...of, ...by, tag });
    };
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      pulled("10:00:00", member, "1.0");
      pulled("10:00:01", member, "latest");
      pulled("10:00:02", { actor: "token:1", memberId: null }, null);
      await flushPulls();
      pulled("10:00:04", member, null);
      await flushPulls();
      pulled("10:00:03", member, "late");
      await flushPulls();
    } finally {
      vi.useRealTimers();
    }
    const [robot, person] = await rowsOf(t.tenant.id);
    const [once, twice] = [at("10:00:02"), { first_at: at("10:00:00"), last_at: at("10:00:04") }];
    expect(robot).toMatchObject({ actor: "token:1", tag: null, pulls: 1, first_at: once, last_at: once });
    expect(person).toEqual({ actor: member.actor, member_id: member.memberId, tag: "latest", pulls: 4, ...twice });
  });

  it("was filled from the events that there were when the table came", async () => {
    const t = await freshTenant();
    const of = { tenantId: t.tenant.id, productId: t.product.id, repositoryId: newId() };
    const actors = [`user:${newId()}`, `token:${newId()}`] as const;
    for (const [n, actor] of [...actors, ...actors, actors[0]].entries()) {
      notePull({
        ...of,
        digest: `sha256:${n % 2}`,
        tag: n > 1 ? null : "v1",
        actor,
        memberId: n > 1 ? of.tenantId : null,
      });
    }
    await flushPulls();
    const before = await rowsOf(t.tenant.id);
    expect(before).toHaveLength(2);
    await pool().query("DELETE FROM pulled_by WHERE tenant_id = $1", [t.tenant.id]);
    const migration = await readFile("prisma/migrations/20261122110631_who_fetched_what/migration.sql", "utf8");
    const [fill = ""] = /INSERT INTO "pulled_by"[^;]+;/.exec(migration) ?? [];
    await pool().query(fill);
    expect(await rowsOf(t.tenant.id)).toEqual(before);
  });

  it("comes to what the events come to, however the writes fall", async () => {
    const t = await freshTenant();
    const of = { tenantId: t.tenant.id, productId: t.product.id, repositoryId: newId() };
    const flushes: Promise<void>[] = [];
    for (let n = 0; n < 400; n++) {
      notePull({ ...of, digest: `sha256:${n % 7}`, actor: `token:${n % 11}`, memberId: null, tag: n % 2 ? "a" : null });
      if (n % 50 === 0) flushes.push(flushPulls());
    }
    await Promise.all([...flushes, flushPulls()]);
    const { rows } = await pool().query(
      `SELECT count(*)::int AS wrong FROM (
         SELECT digest, actor, count(*) AS pulls, min(at) AS first_at, max(at) AS last_at FROM pull_events
         WHERE tenant_id = $1 GROUP BY 1, 2) e
       FULL JOIN (SELECT * FROM pulled_by WHERE tenant_id = $1) b USING (digest, actor, pulls, first_at, last_at)
       WHERE e.digest IS NULL OR b.tenant_id IS NULL`,
      [t.tenant.id],
    );
    expect(rows).toEqual([{ wrong: 0 }]);
    expect(await rowsOf(t.tenant.id)).toHaveLength(77);
  });
});
