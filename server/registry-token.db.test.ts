import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { hashPassword } from "#lib/identity/index.ts";
import { type Fixture, freshTenant, newUser, personalToken, pushImage, robotToken } from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant({ product: { requiresEntitlement: true } });
  await pushImage(t.ctx, t.repository);
});
afterAll(() => plane.close());

const basic = (user: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`,
});

async function ask(query: string, headers: Record<string, string> = {}) {
  const answer = await rawRequest(plane.port, { path: `/auth/token${query}`, headers });
  return { ...answer, json: JSON.parse(answer.body.toString()) };
}

async function post(form: Record<string, string>) {
  const body = new URLSearchParams(form).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await rawRequest(plane.port, { method: "POST", path: "/auth/token", headers, body });
  return { ...answer, json: JSON.parse(answer.body.toString()) };
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

describe("GET /auth/token", () => {
  it("grants what was asked for and is allowed, and says so", async () => {
    const robot = await robotToken(t.ctx, ["registry.pull"]);
    const { status, json, headers } = await ask(
      `?service=purser.test&scope=repository:${t.repository.name}:pull,push`,
      basic("token", robot.secret),
    );

    expect(status).toBe(200);
    expect(json).toMatchObject({ token: json.access_token, expires_in: 300 });
    expect(new Date(json.issued_at).toISOString()).toBe(json.issued_at);
    expect(claimsOf(json.token).access).toEqual([{ type: "repository", name: t.repository.name, actions: ["pull"] }]);
    expect(headers["cache-control"]).toBe("private, no-store");
    expect(json.refresh_token).toBeUndefined();
  });

  it("answers a member without the grant, and an unknown repository, with no actions: 200 and the same shape", async () => {
    const { secret } = await personalToken({ id: t.member.userId, email: t.member.email });
    for (const name of [t.repository.name, "nobody/nothing", "Not/A:Name"]) {
      const { status, json } = await ask(`?scope=repository:${encodeURIComponent(name)}:pull`, basic("token", secret));
      expect(status).toBe(200);
      expect(claimsOf(json.token).access).toEqual([{ type: "repository", name, actions: [] }]);
    }
  });

  it("without credentials is 401 without a scope, and with one a token that opens nothing", async () => {
    expect((await ask("")).status).toBe(401);
    const { status, json } = await ask(`?scope=repository:${t.repository.name}:pull`);
    expect(status).toBe(200);
    const pull = await rawRequest(plane.port, {
      path: `/v2/${t.repository.name}/manifests/latest`,
      headers: { authorization: `Bearer ${json.token}` },
    });
    expect(pull.status).toBe(401);
  });

  it("takes the account's address, `token` or the robot's name as the user name, and no other", async () => {
    const user = await newUser();
    const { secret } = await personalToken(user);
    expect((await ask("", basic(user.email.toUpperCase(), secret))).status).toBe(200);
    expect((await ask("", basic("token", secret))).status).toBe(200);
    expect((await ask("", basic("somebody@example.com", secret))).status).toBe(401);
    expect((await ask("", { authorization: "Basic !!!" })).status).toBe(401);
  });

  it("takes an account's password, and ends with the sessions it belongs to", async () => {
    const passwordHash = await hashPassword("correct horse battery");
    const { userId } = t.member;
    const user = await db().user.update({ where: { id: userId }, data: { passwordHash } });
    const { json } = await ask("", basic(user.email, "correct horse battery"));
    const ping = () =>
      rawRequest(plane.port, {
        path: `/v2/${t.repository.name}/tags/list`,
        headers: { authorization: `Bearer ${json.token}` },
      });
    expect((await ping()).status).toBe(403);

    await db().user.update({ where: { id: user.id }, data: { sessionVersion: { increment: 1 } } });

    expect((await ping()).status).toBe(401);
  });

  it("takes many right passwords at once, and counts none of them", async () => {
    const user = await newUser({ passwordHash: await hashPassword("correct horse battery") });
    const asked = Array.from({ length: 24 }, () => ask("", basic(user.email, "correct horse battery")));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(24).fill(200));
    expect((await ask("", basic(user.email, "correct horse battery"))).status).toBe(200);
  });

  it("gives a push 30 minutes and a pull 5", async () => {
    const { secret } = await robotToken(t.ctx, ["registry.pull", "registry.push"]);
    const scope = (actions: string) => `?scope=repository:${t.repository.name}:${actions}`;
    expect((await ask(scope("pull,push"), basic("token", secret))).json.expires_in).toBe(1800);
    expect((await ask(scope("pull"), basic("token", secret))).json.expires_in).toBe(300);
  });
});

describe("POST /auth/token", () => {
  it("with a password grant answers like GET", async () => {
    const { secret } = await robotToken(t.ctx, ["registry.pull"]);
    const scope = `repository:${t.repository.name}:pull`;
    const { status, json } = await post({
      grant_type: "password",
      service: "x",
      client_id: "c",
      username: "token",
      password: secret,
      scope,
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ scope, expires_in: 300 });
  });

  it("is 400 or 401 when it is wrong, so that clients fall back to GET: never 403 or 5xx", async () => {
    expect((await post({ grant_type: "refresh_token", refresh_token: "x" })).status).toBe(401);
    expect((await post({})).status).toBe(400);
    expect((await post({ grant_type: "password" })).status).toBe(401);
    expect((await post({ grant_type: "password", username: "token", password: "purser_pat_wrong" })).status).toBe(401);
  });
});
