import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import { accountCtx, freshTenant, newUser, personalToken, robotToken } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  authenticate,
  authenticateToken,
  createPersonalToken,
  createRobotToken,
  findTeamActor,
  isTokenSecret,
  listPersonalTokens,
  listRobotTokens,
  revokePersonalToken,
  revokeRobotToken,
} from "./index.ts";

const address = () => `2001:db8::${randomBytes(4).toString("hex")}`;
const refused = { code: "unauthenticated", message: "The token is wrong, has expired or was revoked." };

describe("a token's secret", () => {
  it("has 256 random bits behind a prefix that scanners find", async () => {
    const user = await newUser();
    const [one, other] = [await personalToken(user), await personalToken(user)];
    expect(one.secret).toMatch(/^purser_pat_[A-Za-z0-9_-]{43}$/);
    expect(one.secret).not.toBe(other.secret);
    expect(isTokenSecret(one.secret)).toBe(true);
    expect(isTokenSecret("correct horse battery")).toBe(false);
  });

  it("lies nowhere in the database: not in its row, not in the audit log", async () => {
    const t = await freshTenant();
    const secrets = [(await personalToken(t.users.owner)).secret, (await robotToken(t.ctx, ["registry.pull"])).secret];
    const tables = await pool().query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    );
    for (const { name } of tables.rows) {
      for (const secret of secrets) {
        const found = await pool().query(`SELECT 1 FROM ${name} t WHERE strpos(t::text, $1) > 0`, [secret.slice(11)]);
        expect([name, found.rowCount]).toEqual([name, 0]);
      }
    }
  });

  it("is never listed again", async () => {
    const t = await freshTenant();
    const [personal, robot] = [await personalToken(t.users.owner), await robotToken(t.ctx, ["registry.pull"])];
    const listed = JSON.stringify([await listPersonalTokens(t.users.owner.id), await listRobotTokens(t.ctx)]);
    expect(listed).toContain(personal.id);
    expect(listed).toContain(robot.id);
    expect(listed).not.toMatch(/secret|purser_(pat|bot)_/i);
  });
});

describe("proving a token", () => {
  it("takes its owner's address in any spelling, or `token`, as the user name", async () => {
    const user = await newUser();
    const { id, secret } = await personalToken(user);
    for (const username of [user.email, user.email.toUpperCase(), "token"]) {
      expect(await authenticate({ username, password: secret, address: address() })).toEqual({
        type: "token",
        tokenId: id,
      });
    }
    expect(await authenticateToken(secret, { address: address() })).toEqual({ type: "token", tokenId: id });
  });

  it("refuses another's name, a robot's with another name, and nobody's", async () => {
    const t = await freshTenant();
    const user = await newUser();
    const [{ secret }, robot] = [await personalToken(user), await robotToken(t.ctx, ["registry.pull"])];
    for (const username of ["eve@example.com", t.users.owner.email, "", "TOKEN", "robot"]) {
      await expect(authenticate({ username, password: secret, address: address() })).rejects.toMatchObject(refused);
      await expect(authenticate({ username, password: robot.secret, address: address() })).rejects.toMatchObject(
        refused,
      );
    }
  });

  it.each(["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --", "%"])(
    "refuses %j behind the prefix",
    async (rest) => {
      await newUser().then((user) => personalToken(user));
      await expect(authenticateToken(`purser_pat_${rest}`, { address: address() })).rejects.toMatchObject(refused);
    },
  );

  it("refuses what has expired or was revoked", async () => {
    const user = await newUser();
    const [expired, revoked] = [await personalToken(user), await personalToken(user)];
    await db().accessToken.update({ where: { id: expired.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    await revokePersonalToken(accountCtx(user), revoked.id);
    for (const { secret } of [expired, revoked]) {
      await expect(authenticateToken(secret, { address: address() })).rejects.toMatchObject(refused);
    }
  });

  it("counts wrong ones from a place, and never lets that keep out a right one", async () => {
    const place = address();
    const { id, secret } = await personalToken(await newUser());
    const codes: string[] = [];
    for (let n = 0; n < 62; n++) {
      await authenticateToken(`purser_pat_${n}`, { address: place }).catch((error: { code: string }) =>
        codes.push(error.code),
      );
    }
    expect(codes.filter((code) => code === "unauthenticated")).toHaveLength(60);
    expect(codes.slice(-2)).toEqual(["limit_exceeded", "limit_exceeded"]);
    expect(await authenticateToken(secret, { address: place })).toEqual({ type: "token", tokenId: id });
  });
});

describe("a personal token", () => {
  it("is made with scopes that exist, an end, and no field of another's", async () => {
    const user = await newUser();
    const make = (input: object) => createPersonalToken(accountCtx(user), { name: "ci", ...input });
    const { expiresAt } = await make({ expiresInDays: 30, scopes: ["registry.pull", "registry.pull"] });
    expect(Math.round((Number(expiresAt) - Date.now()) / 86_400_000)).toBe(30);
    expect((await listPersonalTokens(user.id))[0]?.scopes).toEqual(["registry.pull"]);
    const wrong = [
      { scopes: [] },
      { scopes: ["*"] },
      { scopes: ["toString"] },
      { expiresInDays: 0 },
      { expiresInDays: 91 },
      { expiresInDays: "90" },
      { expiresInDays: null },
      { productIds: ["x"] },
      { userId: "x" },
      { name: "" },
    ];
    for (const input of wrong) await expect(make(input)).rejects.toMatchObject({ code: "invalid" });
  });

  it("is its owner's to revoke, and nobody else's", async () => {
    const [user, eve] = [await newUser(), await newUser()];
    const { id } = await personalToken(user);
    await expect(revokePersonalToken(accountCtx(eve), id)).rejects.toMatchObject({ code: "not_found" });
    await expect(revokePersonalToken(accountCtx(user), "1")).rejects.toMatchObject({ code: "not_found" });
    expect(await listPersonalTokens(eve.id)).toEqual([]);
    await revokePersonalToken(accountCtx(user), id);
    await revokePersonalToken(accountCtx(user), id);
    expect(await listPersonalTokens(user.id)).toEqual([]);
    expect(await db().auditEvent.count({ where: { subjectId: id, action: "token.revoked" } })).toBe(1);
  });
});

describe("a robot", () => {
  it("gets no more than its maker has", async () => {
    const t = await freshTenant();
    const make = (ctx: typeof t.ctx, scopes: string[]) =>
      createRobotToken(ctx, { name: `r${newId().slice(-12)}`, scopes });
    await expect(make(t.as("manager"), ["registry.pull", "tenant.delete"])).rejects.toMatchObject({
      code: "invalid",
      fields: { scopes: "tenant.delete: nobody gives more than they have" },
    });
    await expect(make(t.as("operator"), ["registry.pull"])).rejects.toMatchObject({ reason: "token.create" });
    await expect(make(t.as("owner"), ["tenant.delete"])).resolves.toMatchObject({ secret: /^purser_bot_/ });
  });

  it("has a name of its own in its tenant, which is free again once it is revoked", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const input = { name: "ci", scopes: ["registry.pull"] };
    const { id } = await createRobotToken(t.ctx, input);
    await expect(createRobotToken(t.ctx, input)).rejects.toMatchObject({ code: "conflict" });
    await createRobotToken(other.ctx, input);
    await revokeRobotToken(t.ctx, id);
    await createRobotToken(t.ctx, input);
    expect(await listRobotTokens(t.ctx)).toHaveLength(1);
  });

  it("of another tenant is not found, and stays", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const { id } = await robotToken(other.ctx, ["registry.pull"]);
    const before = await other.rows();
    await expect(revokeRobotToken(t.ctx, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(revokeRobotToken(other.as("operator"), id)).rejects.toMatchObject({ reason: "token.revoke" });
    expect(await other.rows()).toEqual(before);
    expect(await listRobotTokens(t.ctx)).toEqual([]);
  });
});

describe("a principal as an actor of a team", () => {
  it("is found for the team and its robots, and for nobody else", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const robot = await robotToken(t.ctx, ["audit.view"]);
    const personal = await personalToken(t.users.manager, ["audit.view"]);
    const user = { type: "user", userId: t.users.manager.id, sessionVersion: 0 } as const;
    expect((await findTeamActor(user, t.tenant.slug))?.actor).toMatchObject({ type: "user", role: "manager" });
    expect((await findTeamActor(personal.principal, t.tenant.slug))?.actor).toMatchObject({
      kind: "personal",
      role: "manager",
      scopes: ["audit.view"],
    });
    expect((await findTeamActor(robot.principal, null))?.tenant.id).toBe(t.tenant.id);
    expect((await findTeamActor(robot.principal, t.tenant.slug))?.actor).toMatchObject({
      kind: "robot",
      scopes: ["audit.view"],
    });
    for (const principal of [user, personal.principal, robot.principal]) {
      expect(await findTeamActor(principal, other.tenant.slug)).toBeNull();
      expect(await findTeamActor(principal, "no-such-tenant")).toBeNull();
    }
    expect(await findTeamActor({ type: "user", userId: t.member.userId, sessionVersion: 0 }, t.tenant.slug)).toBeNull();
  });

  it("is nobody once the token or the session has ended, or the tenant is archived", async () => {
    const t = await freshTenant();
    const robot = await robotToken(t.ctx, ["audit.view"]);
    const gone = await robotToken(t.ctx, ["audit.view"]);
    await revokeRobotToken(t.ctx, gone.id);
    expect(await findTeamActor(gone.principal, null)).toBeNull();
    expect(
      await findTeamActor({ type: "user", userId: t.users.owner.id, sessionVersion: 1 }, t.tenant.slug),
    ).toBeNull();
    await db().tenant.update({ where: { id: t.tenant.id }, data: { archivedAt: new Date() } });
    expect(await findTeamActor(robot.principal, null)).toBeNull();
  });
});
