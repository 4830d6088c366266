import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setEnv } from "#lib/env.ts";
import { createUser } from "#lib/identity/index.ts";
import { newId } from "#lib/ids.ts";
import { freshTenant, lettersTo, sessionOf } from "#lib/testing/index.ts";
import { stateOfDatabase } from "./matrix/state-of-database.ts";
import { ACTIONS, ROUTES } from "./matrix/surface.ts";
import { cookieOf, type Running, startServer } from "./matrix/world.ts";

/** threats.md, 11 and 12, over HTTP: guessing, telling accounts apart, being led away; and what half a session opens. */
const PASSWORD = "correct horse battery";
let server: Running;

beforeAll(async () => {
  // Each call may come from a network of its own.
  setEnv({ TRUST_PROXY: "true" });
  server = await startServer();
});
afterAll(async () => {
  await server?.stop();
  setEnv({ TRUST_PROXY: "" });
});

const somewhere = () => `2001:db8:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}::1`;
const newAddress = () => `h${randomBytes(6).toString("hex")}@example.com`;
const account = () => createUser({ email: newAddress(), password: PASSWORD });

async function signIn(email: string, password: string, { address = somewhere(), callbackUrl = "/tenants" } = {}) {
  const csrf = await fetch(`${server.url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookie = csrf.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const body = new URLSearchParams({ csrfToken, email, password, callbackUrl, json: "true" });
  const headers = { cookie, "x-forwarded-for": address };
  const answer = await fetch(`${server.url}/api/auth/callback/credentials`, {
    method: "POST",
    headers,
    body,
    redirect: "manual",
  });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

async function act(action: string, args: unknown[], headers: Record<string, string> = {}) {
  const { id = "", page = "" } = ACTIONS.get(action) ?? {};
  const path = page.replace("[tenant]", "no-such-workspace").replace(/\[\w+\]/g, newId());
  const answer = await fetch(server.url + path, {
    method: "POST",
    headers: {
      "next-action": id,
      accept: "text/x-component",
      "content-type": "text/plain;charset=UTF-8",
      origin: server.url,
      "x-forwarded-for": somewhere(),
      ...headers,
    },
    body: JSON.stringify(args),
    redirect: "manual",
  });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

describe("signing in over HTTP", () => {
  it("evaluates ten of 200 bad logins at most, and answers the rest 429 with the time to wait", async () => {
    const { email } = await account();
    const answers: Awaited<ReturnType<typeof signIn>>[] = [];
    for (let round = 0; round < 10; round++)
      answers.push(...(await Promise.all(Array.from({ length: 20 }, (_, n) => signIn(email, `guess ${round} ${n}`)))));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(10);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(190);
    const limited = answers.filter(({ status }) => status === 429);
    for (const { headers } of limited) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await signIn(email, PASSWORD)).status).toBe(429);
  }, 90_000);

  it("counts guesses of one network, whatever the accounts", async () => {
    const address = somewhere();
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await signIn(newAddress(), "a guess", { address })).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  });

  it("answers known, unknown and hostile addresses with the same bytes", async () => {
    const { email } = await account();
    const hostile = [
      "a@b.example,c@d.example",
      "",
      "x".repeat(400),
      `${email}\r\nBcc: x@example.com`,
      "[object Object]",
    ];
    const answers = await Promise.all(
      [email, newAddress(), ...hostile].map((each) => signIn(each, "a wrong password")),
    );
    const [known] = answers;
    expect(known).toMatchObject({ status: 401 });
    for (const { status, body } of answers) expect([status, body]).toEqual([known?.status, known?.body]);
  });

  it.each(["//evil.example", "https://evil.example/x", "/\\evil.example", "javascript:alert(1)", "http:evil.example"])(
    "leads to a page of ours, never to %s",
    async (callbackUrl) => {
      const { email } = await account();
      const { status, body } = await signIn(email, PASSWORD, { callbackUrl });
      expect([status, new URL(JSON.parse(body).url).origin]).toEqual([200, server.url]);
    },
  );
});

describe("asking for a letter over HTTP", () => {
  it.each(["app/register/actions#askToRegister", "app/reset-password/actions#askToReset"])(
    "%s answers an address with an account and one without with the same bytes",
    async (action) => {
      const { email } = await account();
      const answers = [await act(action, [{ email }]), await act(action, [{ email: newAddress() }])];
      expect(answers.map(({ status, body }) => [status, body])).toEqual([
        [200, answers[0]?.body],
        [200, answers[0]?.body],
      ]);
    },
  );

  it.each(["app/register/actions#askToRegister", "app/reset-password/actions#askToReset"])(
    "%s refuses hostile addresses and sends nothing",
    async (action) => {
      const { email: victim } = await account();
      for (const email of [
        `${victim},evil@example.com`,
        `${victim}\r\nBcc: evil@example.com`,
        `<${victim}>`,
        { not: "" },
        [victim],
      ])
        expect((await act(action, [{ email }])).status).toBe(422);
      expect(await lettersTo(victim)).toEqual([]);
    },
  );
});

describe("half a session", () => {
  const OPEN = /^page \/(_|sign-in|register|reset-password|store|developers|invitation|mail\/releases|$)/;
  const pages = ROUTES.filter((route) => route.startsWith("page ") && !OPEN.test(route)).map((route) => route.slice(5));
  const actions = [...ACTIONS].filter(([, { page }]) => !OPEN.test(`page ${page}`)).map(([name]) => name);

  it("opens no page and runs no action but the one that takes the second factor", async () => {
    const { users, tenant } = await freshTenant();
    const session = await sessionOf(users.owner.id, { awaitsSecondFactor: true });
    const cookie = await cookieOf(users.owner.id, session);
    const before = await stateOfDatabase();
    expect(pages.length).toBeGreaterThan(10);
    for (const page of pages) {
      const path = page.replace("[tenant]", tenant.slug).replace(/\[\w+\]/g, newId());
      const answer = await fetch(server.url + path, { headers: { cookie }, redirect: "manual" });
      expect([page, answer.status, leadsTo(answer.headers)]).toEqual([page, 307, "/sign-in"]);
    }
    expect(actions.length).toBeGreaterThan(20);
    for (const action of actions) {
      const { headers } = await act(action, [tenant.slug, {}], { cookie });
      expect([action, leadsTo(headers)]).toEqual([action, "/sign-in"]);
    }
    expect(await stateOfDatabase()).toBe(before);
  });
});

function leadsTo(headers: Headers): string {
  const to = headers.get("location") ?? headers.get("x-action-redirect") ?? "";
  return new URL(to, server.url).pathname.replace(/;.*/, "");
}
