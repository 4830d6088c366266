import { describe, expect, it } from "vitest";
import { apart, asOne, db, query, runIn, type Statement, transaction } from "./index.ts";

const XID: Statement = { name: "test_xid", text: "SELECT pg_current_xact_id()::text AS xid" };
const MARK: Statement = { name: "test_mark", text: "INSERT INTO rate_limits (key) VALUES ($1)" };

describe("a prepared statement in a transaction", () => {
  it("is a part of it, and of what has joined it", async () => {
    await asOne(async (tx) => {
      const [outer] = await tx.$queryRaw<{ xid: string }[]>`SELECT pg_current_xact_id()::text AS xid`;
      expect(await runIn(tx, XID, [])).toEqual([outer]);
      expect(await transaction((joined) => runIn(joined, XID, []))).toEqual([outer]);
      expect(await apart(() => transaction((other) => runIn(other, XID, [])))).not.toEqual([outer]);
    });
  });

  it("of many at once stays in its own", async () => {
    const both = (tx: Parameters<typeof runIn>[0]) =>
      Promise.all([tx.$queryRaw`SELECT pg_current_xact_id()::text AS xid`, runIn(tx, XID, [])]);
    const pairs = await Promise.all(Array.from({ length: 8 }, () => transaction(both)));
    for (const [byPrisma, byUs] of pairs) expect(byUs).toEqual(byPrisma);
    expect(new Set(pairs.map((pair) => JSON.stringify(pair))).size).toBe(8);
  });

  it("is undone with it", async () => {
    await expect(
      transaction(async (tx) => {
        await runIn(tx, MARK, ["undone"]);
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await db().rateLimit.count({ where: { key: "undone" } })).toBe(0);
  });

  it("that breaks a unique key is told as a conflict, as Prisma's own are", async () => {
    const twice = transaction(async (tx) => {
      await runIn(tx, MARK, ["twice"]);
      await runIn(tx, MARK, ["twice"]);
    });
    await expect(twice).rejects.toMatchObject({ code: "conflict" });
  });

  it("takes any connection where there is no transaction", async () => {
    expect(await query((client) => runIn(client, XID, []))).toHaveLength(1);
  });

  it("refuses a transaction that it does not know the connection of", async () => {
    await expect(db().$transaction((tx) => runIn(tx, XID, []))).rejects.toThrow("that `transaction` began");
  });
});
