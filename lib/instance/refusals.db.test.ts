import { beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { accountCtx, type Fixture, freshTenant, newUser, type TestUser } from "#lib/testing/index.ts";
import type { AccountCtx } from "../context.ts";
import * as instance from "./index.ts";

let t: Fixture;
let admin: TestUser;
beforeAll(async () => {
  t = await freshTenant();
  admin = await newUser({ isInstanceAdmin: true });
});

const REASON = "The vendor asked us to look.";

const NO_QUOTA = { ownQuota: true, quotaBytes: 0, quotaRepositories: 0 };

/** Every verb of the room that somebody calls. One that is missing here fails the last test. */
const VERBS: Record<string, (ctx: AccountCtx) => Promise<unknown>> = {
  demandInstanceAdmin: (ctx) => instance.demandInstanceAdmin(ctx),
  enterTenant: (ctx) => instance.enterTenant(ctx, { tenantId: t.tenant.id, reason: REASON, minutes: 15 }),
  instanceHealth: (ctx) => instance.instanceHealth(ctx),
  leaveTenant: (ctx) => instance.leaveTenant(ctx, { tenantId: t.tenant.id }),
  listAllTenants: (ctx) => instance.listAllTenants(ctx),
  listInstanceEvents: (ctx) => instance.listInstanceEvents(ctx),
  listOutboxLetters: (ctx) => instance.listOutboxLetters(ctx),
  listSupportEntries: (ctx) => instance.listSupportEntries(ctx, { tenantId: t.tenant.id }),
  listUsers: (ctx) => instance.listUsers(ctx),
  makeInstanceAdmin: (ctx) => instance.makeInstanceAdmin(ctx, { userId: ctx.actor.id }),
  removeInstanceAdmin: (ctx) => instance.removeInstanceAdmin(ctx, { userId: admin.id }),
  requestCleanup: (ctx) => instance.requestCleanup(ctx, { dry: true }),
  setQuota: (ctx) => instance.setQuota(ctx, { tenantId: t.tenant.id, ...NO_QUOTA }),
  viewInstanceStorage: (ctx) => instance.viewInstanceStorage(ctx),
  viewTenant: (ctx) => instance.viewTenant(ctx, t.tenant.id),
};
// What asks for no right: the script of whoever has the database, and the banner of whoever was let in.
const OPEN = ["appointInstanceAdmin", "findOwnSupportEntry"];

const PEOPLE: Record<string, () => Promise<TestUser>> = {
  stranger: () => newUser(),
  "a tenant's owner": async () => t.users.owner,
  "a member": async () => ({ id: t.member.userId, email: t.member.email }),
  "somebody who is gone": async () => ({ id: "0197a9a0-0000-7000-8000-000000000000", email: "gone@example.com" }),
  "an admin until a moment ago": async () => {
    const user = await newUser({ isInstanceAdmin: true });
    await db().supportEntry.create({
      data: { tenantId: t.tenant.id, userId: user.id, reason: REASON, expiresAt: new Date(Date.now() + 60_000) },
    });
    await db().user.update({ where: { id: user.id }, data: { isInstanceAdmin: false } });
    return user;
  },
};

describe.each(Object.keys(VERBS))("%s", (verb) => {
  it.each(Object.keys(PEOPLE))("is not there for %s, changes nothing, and the refusal is recorded", async (who) => {
    const user = await PEOPLE[who]?.();
    if (!user) throw new Error("nobody");
    const state = async () => [await t.rows(), await t.auditCount(), await flagsOf([user.id, admin.id])];
    const before = await state();

    const refused = VERBS[verb]?.(accountCtx(user));

    await expect(refused).rejects.toMatchObject({ code: "not_found", message: "There is no such page." });
    expect(await state()).toEqual(before);
    const where = { tenantId: null, actor: `user:${user.id}` };
    expect(await db().auditEvent.findFirst({ where, orderBy: { seq: "desc" } })).toMatchObject({
      action: "instance.admin",
      outcome: "denied",
    });
  });
});

describe("the room", () => {
  it("has no verb that is not tried here", () => {
    const functions = Object.entries(instance).filter(([, value]) => typeof value === "function");
    expect(functions.map(([name]) => name).sort()).toEqual([...Object.keys(VERBS), ...OPEN].sort());
  });
});

function flagsOf(ids: string[]) {
  return db().user.findMany({ where: { id: { in: ids } }, select: { id: true, isInstanceAdmin: true } });
}
