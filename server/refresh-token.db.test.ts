import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import {
  forgetWhatHasEnded,
  hashPassword,
  listSignedInClients,
  revokePersonalToken,
  revokeRobotToken,
  rotatePersonalToken,
  signOutClient,
} from "#lib/identity/index.ts";
import { accountCtx, type Fixture, freshTenant, newUser, personalToken, robotToken } from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

const PASSWORD = "correct horse battery";
let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
});
afterAll(() => plane.close());

async function post(form: Record<string, string>) {
  const body = new URLSearchParams(form).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", "user-agent": "docker/29" };
  const answer = await rawRequest(plane.port, { method: "POST", path: "/auth/token", headers, body });
  return { status: answer.status, json: JSON.parse(answer.body.toString()) };
}

/** Signs in as docker login does. @returns the refresh token */
async function signIn(username: string, password: string): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const path = "/auth/token?service=x&offline_token=true&client_id=docker&account=x";
  const answer = await rawRequest(plane.port, { path, headers: { authorization } });
  return JSON.parse(answer.body.toString()).refresh_token;
}

const refresh = (secret: string, scope = `repository:${t.repository.name}:pull`) =>
  post({ grant_type: "refresh_token", service: "x", client_id: "docker", scope, refresh_token: secret });
const withPassword = async () => newUser({ passwordHash: await hashPassword(PASSWORD) });
const lastClient = () => db().refreshToken.findFirstOrThrow({ orderBy: { id: "desc" } });

describe("a refresh token", () => {
  it("is given where it is asked for, by GET and POST, and never otherwise", async () => {
    const { secret } = await personalToken(t.users.owner);
    expect(await signIn("token", secret)).toMatch(/^purser_ref_[A-Za-z0-9_-]{43}$/);
    const form = { grant_type: "password", service: "x", client_id: "docker", username: "token", password: secret };
    expect((await post({ ...form, access_type: "offline" })).json.refresh_token).toMatch(/^purser_ref_/);
    expect((await post(form)).json.refresh_token).toBeUndefined();
    const anonymous = await rawRequest(plane.port, {
      path: `/auth/token?offline_token=true&scope=repository:${t.repository.name}:pull`,
    });
    expect(JSON.parse(anonymous.body.toString()).refresh_token).toBeUndefined();
  });

  it("gets bearer tokens for other scopes, with the rights of who signed in", async () => {
    const robot = await robotToken(t.ctx, ["registry.pull"]);
    const secret = await signIn("token", robot.secret);
    const { status, json } = await refresh(secret, `repository:${t.repository.name}:pull,push`);
    expect([status, json.scope]).toEqual([200, `repository:${t.repository.name}:pull`]);
    const ping = await rawRequest(plane.port, { path: "/v2/", headers: { authorization: `Bearer ${json.token}` } });
    expect(ping.status).toBe(200);
    expect((await refresh(secret)).status).toBe(200);
  });

  it("opens nothing by itself, neither as a bearer token nor as a password", async () => {
    const secret = await signIn("token", (await personalToken(t.users.owner)).secret);
    const basic = `Basic ${Buffer.from(`token:${secret}`).toString("base64")}`;
    for (const authorization of [`Bearer ${secret}`, basic]) {
      expect((await rawRequest(plane.port, { path: "/v2/", headers: { authorization } })).status).toBe(401);
    }
  });

  it("lies nowhere in the database as it is", async () => {
    const secret = await signIn("token", (await personalToken(t.users.owner)).secret);
    for (const table of ["refresh_tokens", "audit_events"]) {
      const found = await pool().query(`SELECT 1 FROM ${table} r WHERE strpos(r::text, $1) > 0`, [secret.slice(11)]);
      expect(found.rowCount).toBe(0);
    }
  });
});

describe("a refresh token ends, and is answered 401,", () => {
  const ended = async (secret: string) => {
    const { status, json } = await refresh(secret);
    expect([status, json.errors?.[0].code]).toEqual([401, "UNAUTHORIZED"]);
  };

  it("with the token that it was got with: revoked or expired", async () => {
    const [one, two] = [await personalToken(t.users.owner), await personalToken(t.users.owner)];
    const robot = await robotToken(t.ctx, ["registry.pull"]);
    const [first, second, third] = [
      await signIn("token", one.secret),
      await signIn("token", two.secret),
      await signIn("token", robot.secret),
    ];
    await revokePersonalToken(accountCtx(t.users.owner), one.id);
    await db().accessToken.update({ where: { id: two.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    await revokeRobotToken(t.ctx, robot.id);
    for (const secret of [first, second, third]) await ended(secret);
  });

  it("with the secret that it was got with: rotated, once the overlap is over", async () => {
    const token = await personalToken(t.users.owner);
    const old = await signIn("token", token.secret);
    const how = { tokenId: token.id, overlapHours: 1, expiresInDays: 30 };
    const rotated = await rotatePersonalToken(accountCtx(t.users.owner), how);
    const young = await signIn("token", rotated.secret);
    expect((await refresh(old)).status).toBe(200);
    const over = { previousExpiresAt: new Date(Date.now() - 1) };
    await db().accessToken.update({ where: { id: token.id }, data: over });
    await ended(old);
    expect((await refresh(young)).status).toBe(200);
  });

  it("with the password that it was got with, and with a second factor", async () => {
    const [changed, stronger] = [await withPassword(), await withPassword()];
    const [one, two] = [await signIn(changed.email, PASSWORD), await signIn(stronger.email, PASSWORD)];
    expect([(await refresh(one)).status, (await refresh(two)).status]).toEqual([200, 200]);
    await db().user.update({ where: { id: changed.id }, data: { sessionVersion: { increment: 1 } } });
    await db().user.update({ where: { id: stronger.id }, data: { totpEnabledAt: new Date() } });
    for (const secret of [one, two]) await ended(secret);
  });

  it("60 days after its last use, and is forgotten; a use begins them anew", async () => {
    const { secret } = await personalToken(t.users.owner);
    const days = (n: number) => new Date(Date.now() - n * 86_400_000);
    const used = await signIn("token", secret);
    const { id } = await lastClient();
    await db().refreshToken.update({ where: { id }, data: { lastUsedAt: days(59) } });
    expect((await refresh(used)).status).toBe(200);
    await expect.poll(async () => (await lastClient()).lastUsedAt > days(1)).toBe(true);
    await db().refreshToken.update({ where: { id }, data: { lastUsedAt: days(61) } });
    await ended(used);
    await forgetWhatHasEnded();
    expect(await db().refreshToken.count({ where: { id } })).toBe(0);
  });

  it("where it is wrong, whatever its form", async () => {
    for (const secret of ["", "x", "purser_ref_", "%00", `purser_ref_${"A".repeat(43)}`]) await ended(secret);
  });

  it("when its owner signs the client out, and nobody else can", async () => {
    const user = await withPassword();
    const secret = await signIn(user.email, PASSWORD);
    const [client] = await listSignedInClients(accountCtx(user));
    expect(client).toMatchObject({ clientId: "docker", token: null });
    const stranger = accountCtx(await newUser());
    expect(await listSignedInClients(stranger)).toEqual([]);
    await expect(signOutClient(stranger, client?.id ?? "")).rejects.toMatchObject({ code: "not_found" });
    expect((await refresh(secret)).status).toBe(200);
    await signOutClient(accountCtx(user), client?.id ?? "");
    await ended(secret);
    const events = await db().auditEvent.findMany({ where: { subjectId: client?.id }, orderBy: { seq: "asc" } });
    expect(events.map(({ action }) => action)).toEqual(["client.signedIn", "client.signedOut"]);
  });
});

describe("signing in again and again", () => {
  it("keeps the 50 that were used last", async () => {
    const robot = await robotToken(t.ctx, ["registry.pull"]);
    const first = await signIn("token", robot.secret);
    for (let n = 0; n < 50; n++) await signIn("token", robot.secret);
    expect(await db().refreshToken.count({ where: { accessTokenId: robot.id } })).toBe(50);
    expect((await refresh(first)).status).toBe(401);
  });
});

describe("POST /auth/token", () => {
  it("is never 403 or 5xx, whatever it is sent: clients would not go on to GET", async () => {
    const { secret } = await robotToken((await freshTenant()).ctx, ["registry.pull"]);
    const scope = `repository:${t.repository.name}:pull,push,delete`;
    const forms: Record<string, string>[] = [
      {},
      { grant_type: "authorization_code" },
      { grant_type: "password" },
      { grant_type: "password", username: "token", password: secret, scope },
      { grant_type: "password", username: "\u0000", password: "\u0000" },
      { grant_type: "password", username: "a".repeat(5000), password: "b".repeat(5000) },
      { grant_type: "refresh_token" },
      { grant_type: "refresh_token", refresh_token: "\u0000", scope },
      { grant_type: "refresh_token", refresh_token: "x".repeat(50_000) },
      { grant_type: "password", username: "token", password: secret, scope: "a:b" },
    ];
    for (const form of forms) {
      const { status } = await post(form);
      expect([200, 400, 401], JSON.stringify(form).slice(0, 100)).toContain(status);
    }
  });
});
