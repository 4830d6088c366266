import { beforeAll, describe, expect, it } from "vitest";
import { db, pool, type Tx, transaction } from "#lib/db/index.ts";
import { type Fixture, freshTenant } from "#lib/testing/index.ts";
import { demand, findBrokenLink, listAuditEvents, record } from "./index.ts";

const write = (t: Fixture, action: string) => transaction((tx) => record(tx, t.ctx, { action }));

async function chainOf(length: number): Promise<Fixture> {
  const t = await freshTenant();
  for (let n = 0; n < length; n++) await write(t, `test.n${n}`);
  return t;
}

describe("the audit log", () => {
  it.each([
    ["changed", "UPDATE audit_events SET action = 'x' WHERE tenant_id = $1"],
    ["deleted", "DELETE FROM audit_events WHERE tenant_id = $1"],
  ])("can't be %s", async (_, sql) => {
    const { tenant } = await chainOf(1);
    await expect(pool().query(sql, [tenant.id])).rejects.toThrow("append-only");
  });

  it("can't be emptied", async () => {
    await expect(pool().query("TRUNCATE audit_events")).rejects.toThrow("append-only");
    await expect(pool().query("TRUNCATE tenants CASCADE")).rejects.toThrow("append-only");
  });

  it("stands or falls with the deed", async () => {
    const t = await freshTenant();
    const failing = transaction(async (tx) => {
      await record(tx, t.ctx, { action: "test.undone" });
      throw new Error("the deed failed");
    });
    await expect(failing).rejects.toThrow("the deed failed");
    expect(await t.auditCount()).toBe(0);
  });

  it("says who, what, to what and in which request", async () => {
    const t = await freshTenant();
    const subject = { type: "product", id: t.product.id, label: t.product.slug };
    await transaction((tx) => record(tx, t.ctx, { action: "product.created", subject, after: { a: 1 } }));
    expect(await t.lastAudit()).toMatchObject({
      actor: `user:${t.users.owner.id}`,
      actorLabel: t.users.owner.email,
      action: "product.created",
      outcome: "done",
      subjectType: "product",
      subjectId: t.product.id,
      after: { a: 1 },
      requestId: t.ctx.requestId,
    });
  });
});

/** How many entries this connection has read. */
async function entriesRead(tx: Tx): Promise<number> {
  const [table] = await tx.$queryRaw<{ read: bigint }[]>`
    SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_xact_user_tables WHERE relname = 'audit_events'`;
  return Number(table?.read);
}

describe("the chain", () => {
  it("holds where nobody touched it, also after many wrote at once", async () => {
    const t = await freshTenant();
    await Promise.all(Array.from({ length: 20 }, (_, n) => write(t, `test.n${n}`)));
    expect(await findBrokenLink(t.tenant.id)).toBeNull();
    const seqs = await db().auditEvent.findMany({ where: { tenantId: t.tenant.id }, orderBy: { seq: "asc" } });
    expect(seqs.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it("is gone on with by the index, however long the log is", async () => {
    const t = await freshTenant();
    for (const tenantId of [t.tenant.id, null]) {
      await pool().query(
        `INSERT INTO audit_events (id, tenant_id, actor, actor_label, action, request_id)
         SELECT gen_random_uuid(), $1::uuid, 'system', 'Purser', 'test.written', 'r' FROM generate_series(1, 500)`,
        [tenantId],
      );
      const scope = { tenant: tenantId ? { id: tenantId } : null, actor: { type: "system" }, requestId: "r" } as const;
      const read = await transaction(async (tx) => {
        const before = await entriesRead(tx);
        await record(tx, scope, { action: "test.written" });
        return (await entriesRead(tx)) - before;
      });
      expect(read, String(tenantId)).toBeLessThan(10);
    }
  });

  it("of one tenant has nothing to do with another's", async () => {
    const [a, b] = [await chainOf(2), await chainOf(1)];
    expect(Number((await a.lastAudit())?.seq)).toBe(2);
    expect(Number((await b.lastAudit())?.seq)).toBe(1);
  });

  // What a superuser could do who takes the triggers away.
  it.each<[string, string, number]>([
    ["a changed action", "UPDATE audit_events SET action = 'x' WHERE tenant_id = $1 AND seq = 3", 3],
    ["a changed time", "UPDATE audit_events SET at = at + interval '1 second' WHERE tenant_id = $1 AND seq = 2", 2],
    ["another's name", "UPDATE audit_events SET actor_label = 'eve' WHERE tenant_id = $1 AND seq = 5", 5],
    ["a removed row", "DELETE FROM audit_events WHERE tenant_id = $1 AND seq = 3", 4],
    [
      "a row whose hash was made anew",
      `UPDATE audit_events e SET action = 'x', hash = audit_hash(jsonb_populate_record(e, '{"action":"x"}'))
       WHERE tenant_id = $1 AND seq = 2`,
      3,
    ],
  ])("shows %s", async (_, sql, seq) => {
    const { tenant } = await chainOf(5);
    await tamper(sql, tenant.id);
    expect(await findBrokenLink(tenant.id)).toBe(seq);
  });
});

async function tamper(sql: string, tenantId: string): Promise<void> {
  const client = await pool().connect();
  try {
    await client.query("SET session_replication_role = replica");
    await client.query(sql, [tenantId]);
  } finally {
    await client.query("RESET session_replication_role");
    client.release();
  }
}

describe("a refusal", () => {
  it("is thrown with the sentence of the button and its capability, and recorded once", async () => {
    const t = await freshTenant();
    const error = await demand(t.as("readonly"), "product.create").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "forbidden", reason: "product.create", message: /^Your role, readonly/ });
    expect(await t.lastAudit()).toMatchObject({
      action: "product.create",
      outcome: "denied",
      reason: (error as Error).message,
      actor: `user:${t.users.readonly.id}`,
    });
    expect(await t.auditCount()).toBe(1);
  });

  it("that is none leaves no row", async () => {
    const t = await freshTenant();
    await demand(t.as("manager"), "product.create");
    expect(await t.auditCount()).toBe(0);
  });
});

describe("reading the log", () => {
  let t: Fixture;
  beforeAll(async () => {
    t = await chainOf(7);
    await transaction((tx) => record(tx, t.ctx, { action: "test.a_c" }));
    await transaction((tx) => record(tx, t.ctx, { action: "test.abc", outcome: "denied", reason: "no" }));
  });

  it("goes back in time page by page, each row once", async () => {
    const first = await listAuditEvents(t.ctx, { limit: 4 });
    const second = await listAuditEvents(t.ctx, { limit: 4, before: first.next ?? undefined });
    const third = await listAuditEvents(t.ctx, { limit: 4, before: second.next ?? undefined });
    const seqs = [first, second, third].flatMap((page) => page.events.map((event) => event.seq));
    expect(seqs).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(third.next).toBeNull();
  });

  it("takes the signs of a pattern literally", async () => {
    const found = async (search: string) =>
      (await listAuditEvents(t.ctx, { search })).events.map((event) => event.action);
    expect(await found("a_c")).toEqual(["test.a_c"]);
    expect(await found("%")).toEqual([]);
    expect(await found("ABC")).toEqual(["test.abc"]);
    expect(await found("\\")).toEqual([]);
  });

  it("can be limited to refusals", async () => {
    expect((await listAuditEvents(t.ctx, { outcome: "denied" })).events.map((event) => event.action)).toEqual([
      "test.abc",
    ]);
  });

  it("shows nothing of another tenant, and nothing to somebody outside the team", async () => {
    const other = await freshTenant();
    expect((await listAuditEvents(other.ctx)).events).toEqual([]);
    await expect(listAuditEvents(t.as(null))).rejects.toMatchObject({ code: "forbidden" });
  });

  it.each([[{ limit: 0 }], [{ limit: 201 }], [{ before: -1 }], [{ outcome: "maybe" }], [{ tenantId: "x" }]])(
    "refuses %j",
    async (filter) => {
      await expect(listAuditEvents(t.ctx, filter as object)).rejects.toMatchObject({ code: "invalid" });
    },
  );
});
