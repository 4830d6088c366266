import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { accountCtx, newUser, type TestUser } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { appointInstanceAdmin, listUsers, makeInstanceAdmin, removeInstanceAdmin } from "./index.ts";

const isAdmin = async ({ id }: TestUser) => (await db().user.findUniqueOrThrow({ where: { id } })).isInstanceAdmin;
const adminCount = () => db().user.count({ where: { isInstanceAdmin: true } });
const eventsOf = (user: TestUser) =>
  db().auditEvent.findMany({ where: { tenantId: null, subjectId: user.id }, orderBy: { seq: "asc" } });

let ana: TestUser;
let ben: TestUser;
// No other file runs on this database now: whoever was an admin before is none any more.
beforeEach(async () => {
  await db().user.updateMany({ where: { isInstanceAdmin: true }, data: { isInstanceAdmin: false } });
  [ana, ben] = [await newUser({ isInstanceAdmin: true }), await newUser()];
});

describe("instance admins", () => {
  it("are made and removed by one another, and the instance's log says so", async () => {
    expect(await makeInstanceAdmin(accountCtx(ana), { userId: ben.id })).toEqual({ changed: true });
    expect(await makeInstanceAdmin(accountCtx(ana), { userId: ben.id })).toEqual({ changed: false });
    expect(await isAdmin(ben)).toBe(true);
    expect(await removeInstanceAdmin(accountCtx(ben), { userId: ana.id })).toEqual({ changed: true });
    expect(await isAdmin(ana)).toBe(false);
    expect(await removeInstanceAdmin(accountCtx(ben), { userId: ana.id })).toEqual({ changed: false });
    expect(await eventsOf(ben)).toMatchObject([
      { action: "instance.adminMade", actor: `user:${ana.id}`, subjectLabel: ben.email },
    ]);
    expect(await eventsOf(ana)).toMatchObject([{ action: "instance.adminRemoved", actor: `user:${ben.id}` }]);
  });

  it("may go by themselves, but for the last one", async () => {
    await expect(removeInstanceAdmin(accountCtx(ana), { userId: ana.id })).rejects.toMatchObject({ code: "conflict" });
    expect([await isAdmin(ana), await eventsOf(ana)]).toEqual([true, []]);
    await makeInstanceAdmin(accountCtx(ana), { userId: ben.id });
    expect(await removeInstanceAdmin(accountCtx(ana), { userId: ana.id })).toEqual({ changed: true });
  });

  it.each([
    ["each other", () => [ben, ana]],
    ["themselves", () => [ana, ben]],
  ])("keep one when the last two remove %s at once", async (_, targets) => {
    for (let round = 0; round < 5; round++) {
      await db().user.updateMany({ where: { id: { in: [ana.id, ben.id] } }, data: { isInstanceAdmin: true } });
      const [first, second] = targets();
      const both = await Promise.allSettled([
        removeInstanceAdmin(accountCtx(ana), { userId: first?.id ?? "" }),
        removeInstanceAdmin(accountCtx(ben), { userId: second?.id ?? "" }),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await adminCount()).toBe(1);
    }
  });

  it("make one admin once, however many do it at once", async () => {
    const done = await Promise.all(
      Array.from({ length: 4 }, () => makeInstanceAdmin(accountCtx(ana), { userId: ben.id })),
    );
    expect(done.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await eventsOf(ben)).toHaveLength(1);
  });

  it.each([[{ userId: newId() }, "not_found"] as const, [{ userId: "x" }, "invalid"] as const])(
    "can't be made of, or removed from, %j",
    async (input, code) => {
      await expect(makeInstanceAdmin(accountCtx(ana), input)).rejects.toMatchObject({ code });
      await expect(removeInstanceAdmin(accountCtx(ana), input)).rejects.toMatchObject({ code });
      expect(await adminCount()).toBe(1);
    },
  );
});

describe("the first instance admin", () => {
  it("is appointed by the address, in any spelling of it", async () => {
    await db().user.updateMany({ where: { isInstanceAdmin: true }, data: { isInstanceAdmin: false } });
    expect(await appointInstanceAdmin(` ${ben.email.toUpperCase()}`)).toEqual({ email: ben.email, changed: true });
    expect(await appointInstanceAdmin(ben.email)).toEqual({ email: ben.email, changed: false });
    expect(await eventsOf(ben)).toMatchObject([{ action: "instance.adminMade", actorLabel: "Purser" }]);
  });

  it.each([
    ["nobody@example.com", "not_found"],
    ["no address", "invalid"],
    ["", "invalid"],
  ])("is not %j", async (email, code) => {
    await expect(appointInstanceAdmin(email)).rejects.toMatchObject({ code });
    expect(await adminCount()).toBe(1);
  });
});

describe("the list of users", () => {
  it("says who is an admin, how many there are, who has a second factor and who was here when", async () => {
    const lastSeenAt = new Date(Date.now() - 60_000);
    await db().user.update({ where: { id: ben.id }, data: { totpEnabledAt: new Date(), name: "Ben B_n" } });
    for (const at of [new Date(0), lastSeenAt]) {
      const data = { userId: ben.id, method: "password", address: "", lastSeenAt: at, expiresAt: new Date() };
      await db().session.create({ data });
    }
    const { users, admins } = await listUsers(accountCtx(ana), { search: "b_N" });
    expect(admins).toBe(1);
    expect(users).toMatchObject([{ email: ben.email, isInstanceAdmin: false, secondFactor: true, lastSeenAt }]);
    const [me] = (await listUsers(accountCtx(ana), { search: ana.email })).users;
    expect(me).toMatchObject({ isInstanceAdmin: true, secondFactor: false, lastSeenAt: null });
  });

  it("is read page by page, each user once, the newest first", async () => {
    // By their ids: two of one millisecond come in any order.
    const made = [ana, ben, await newUser(), await newUser()]
      .map(({ id }) => id)
      .sort()
      .reverse();
    const first = await listUsers(accountCtx(ana), { limit: 3 });
    const second = await listUsers(accountCtx(ana), { limit: 3, after: first.next ?? undefined });
    expect([...first.users, ...second.users].map(({ id }) => id).slice(0, 4)).toEqual(made);
  });

  it.each([[{ limit: 0 }], [{ after: "x" }], [{ search: "x".repeat(201) }], [{ isInstanceAdmin: true }]])(
    "refuses %j",
    async (filter) => {
      await expect(listUsers(accountCtx(ana), filter as object)).rejects.toMatchObject({ code: "invalid" });
    },
  );
});
