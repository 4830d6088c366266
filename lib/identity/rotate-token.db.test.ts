import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { accountCtx, daysAgo, freshTenant, newUser, personalToken, robotToken } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  authenticateToken,
  createPersonalToken,
  createRobotToken,
  findTeamActor,
  listPersonalTokens,
  listRobotTokens,
  revokePersonalToken,
  rotatePersonalToken,
  rotateRobotToken,
} from "./index.ts";

const address = () => `2001:db8::${randomBytes(4).toString("hex")}`;
const opens = (secret: string, from = address()) =>
  authenticateToken(secret, { address: from }).then(
    ({ type }) => type === "token",
    () => false,
  );

describe("a rotated token", () => {
  it("has a new secret at once, and the old one works on for the overlap alone", async () => {
    const user = await newUser();
    const { id, secret: old } = await personalToken(user);
    const { secret } = await rotatePersonalToken(accountCtx(user), { tokenId: id, overlapHours: 1 });
    expect(secret).not.toBe(old);
    expect([await opens(old), await opens(secret)]).toEqual([true, true]);
    await db().accessToken.update({ where: { id }, data: { previousExpiresAt: new Date() } });
    expect([await opens(old), await opens(secret)]).toEqual([false, true]);
  });

  it("without an overlap ends the old secret at once", async () => {
    const user = await newUser();
    const { id, secret: old } = await personalToken(user);
    await rotatePersonalToken(accountCtx(user), { tokenId: id, overlapHours: 0 });
    expect(await opens(old)).toBe(false);
  });

  it("brings no secret back that had ended, or that the workspace takes no longer", async () => {
    const t = await freshTenant();
    const own = await personalToken(t.users.owner);
    const [ended, aged] = [await robotToken(t.ctx, ["registry.pull"]), await robotToken(t.ctx, ["registry.pull"])];
    for (const { id } of [own, ended])
      await db().accessToken.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1000) } });
    await db().accessToken.update({ where: { id: aged.id }, data: { createdAt: daysAgo(40) } });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { tokenDaysMax: 30 } });
    const made = [
      await rotatePersonalToken(accountCtx(t.users.owner), { tokenId: own.id }),
      await rotateRobotToken(t.ctx, { tokenId: ended.id }),
      await rotateRobotToken(t.ctx, { tokenId: aged.id }),
    ];
    const all = (tokens: { secret: string }[]) => Promise.all(tokens.map(({ secret }) => opens(secret)));
    expect(await all([own, ended, aged])).toEqual([false, false, false]);
    expect(await all(made)).toEqual([true, true, true]);
  });

  it("keeps two secrets at most, and none once it was revoked", async () => {
    const user = await newUser();
    const { id, secret: first } = await personalToken(user);
    const { secret: second } = await rotatePersonalToken(accountCtx(user), { tokenId: id });
    const { secret: third } = await rotatePersonalToken(accountCtx(user), { tokenId: id });
    expect([await opens(first), await opens(second), await opens(third)]).toEqual([false, true, true]);
    await revokePersonalToken(accountCtx(user), id);
    expect([await opens(second), await opens(third)]).toEqual([false, false]);
    await expect(rotatePersonalToken(accountCtx(user), { tokenId: id })).rejects.toMatchObject({ code: "not_found" });
  });

  it("stays one with one living secret when it is rotated twice at once", async () => {
    const user = await newUser();
    const { id } = await personalToken(user);
    const rotate = () => rotatePersonalToken(accountCtx(user), { tokenId: id, overlapHours: 24 });
    const secrets = (await Promise.all([rotate(), rotate()])).map(({ secret }) => secret);
    expect(await Promise.all(secrets.map((secret) => opens(secret)))).toEqual([true, true]);
    expect(await db().auditEvent.count({ where: { subjectId: id, action: "token.rotated" } })).toBe(2);
  });

  it("of somebody else, of another tenant or of none is not found, and stays", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const [theirs, robot] = [await personalToken(other.users.owner), await robotToken(other.ctx, ["registry.pull"])];
    const before = await other.rows();
    for (const tokenId of [theirs.id, robot.id, newId(), "x"]) {
      const mine = rotatePersonalToken(accountCtx(t.users.owner), { tokenId });
      await expect(mine).rejects.toMatchObject({ code: "not_found" });
      await expect(rotateRobotToken(t.ctx, { tokenId })).rejects.toMatchObject({ code: "not_found" });
    }
    expect(await other.rows()).toEqual(before);
    expect([await opens(theirs.secret), await opens(robot.secret)]).toEqual([true, true]);
  });

  it("of a robot is refused to a role without token.create, and to who may less than the robot", async () => {
    const t = await freshTenant();
    const { id: tokenId, secret } = await robotToken(t.ctx, ["tenant.delete"]);
    const before = await t.rows();
    await expect(rotateRobotToken(t.as("readonly"), { tokenId })).rejects.toMatchObject({ reason: "token.create" });
    expect(await t.lastAudit()).toMatchObject({ action: "token.create", outcome: "denied" });
    await expect(rotateRobotToken(t.as("manager"), { tokenId })).rejects.toMatchObject({ code: "invalid" });
    expect(await t.rows()).toEqual(before);
    expect(await opens(secret)).toBe(true);
  });

  it.each([{ overlapHours: 2 }, { overlapHours: "1" }, { expiresInDays: 31 }, { extra: 1 }])(
    "refuses %j",
    async (input) => {
      const user = await newUser();
      const { id: tokenId } = await personalToken(user);
      await expect(rotatePersonalToken(accountCtx(user), { tokenId, ...input } as never)).rejects.toMatchObject({
        code: "invalid",
      });
    },
  );
});

describe("a token without an end", () => {
  it("is made and rotated only where the tenant allows it", async () => {
    const t = await freshTenant();
    const own = { ...accountCtx(t.users.owner), tenant: t.tenant };
    const input = { name: "ci", scopes: ["audit.view"], expiresInDays: null };
    const refused = { code: "invalid", fields: { expiresInDays: expect.stringMatching(/without an end/) } };
    await expect(createRobotToken(t.ctx, input)).rejects.toMatchObject(refused);
    await expect(createPersonalToken(own, input)).rejects.toMatchObject(refused);
    await expect(createPersonalToken(accountCtx(t.users.owner), input)).rejects.toMatchObject(refused);
    await db().tenant.update({ where: { id: t.tenant.id }, data: { endlessTokens: true } });
    const robot = await createRobotToken(t.ctx, input);
    expect([robot.expiresAt, (await createPersonalToken(own, input)).expiresAt]).toEqual([null, null]);
    const scopesNow = async () => (await findTeamActor({ type: "token", tokenId: robot.id }, null))?.actor;
    expect(await scopesNow()).toMatchObject({ scopes: ["audit.view"] });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { endlessTokens: false } });
    expect(await scopesNow()).toMatchObject({ scopes: [] });
    await expect(rotateRobotToken(t.ctx, { tokenId: robot.id, expiresInDays: null })).rejects.toMatchObject(refused);
  });
});

describe("a token for some products", () => {
  it("names those of its tenant alone, and is listed with their names", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const own = { ...accountCtx(t.users.owner), tenant: t.tenant };
    const of = (productIds: string[]) => ({ name: "ci", scopes: ["registry.pull"], productIds });
    for (const productIds of [[other.product.id], [t.product.id, other.product.id], [newId()]]) {
      await expect(createRobotToken(t.ctx, of(productIds))).rejects.toMatchObject({ code: "invalid" });
      await expect(createPersonalToken(own, of(productIds))).rejects.toMatchObject({ code: "invalid" });
    }
    const nowhere = createPersonalToken(accountCtx(t.users.owner), of([t.product.id]));
    await expect(nowhere).rejects.toMatchObject({ code: "invalid" });
    await createRobotToken(t.ctx, of([t.product.id, t.product.id]));
    await createPersonalToken(own, of([t.product.id]));
    expect((await listRobotTokens(t.ctx))[0]?.products).toEqual([t.product.name]);
    expect((await listPersonalTokens(t.users.owner.id))[0]?.products).toEqual([t.product.name]);
  });
});

describe("a hidden product", () => {
  it("can be named by the team and by who was granted it, and is not told to anybody else", async () => {
    const t = await freshTenant();
    const hidden = await t.addProduct({ visibility: "hidden" });
    const make = (user: { id: string; email: string }) =>
      createPersonalToken({ ...accountCtx(user), tenant: t.tenant }, { name: "ci", productIds: [hidden.id] });
    const member = { id: t.member.userId, email: t.member.email };
    await expect(make(member)).rejects.toMatchObject({ fields: { productIds: "names a product that is not here" } });
    await make(t.users.readonly);
    const grant = { tenantId: t.tenant.id, memberId: t.member.id, productId: hidden.id };
    await db().entitlement.create({ data: { ...grant, source: "admin", grantedBy: "system" } });
    await make(member);
  });
});

describe("a token's last use", () => {
  it("is kept with the address, and anew when the address is another", async () => {
    const user = await newUser();
    const { secret } = await personalToken(user);
    const lastUse = async () => (await listPersonalTokens(user.id))[0];
    for (const from of [address(), address()]) {
      expect(await opens(secret, from)).toBe(true);
      await expect.poll(async () => (await lastUse())?.lastUsedAddress).toBe(from);
    }
    expect((await lastUse())?.lastUsedAt).toBeInstanceOf(Date);
  });
});
