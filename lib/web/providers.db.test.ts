import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import {
  createUser,
  findAwaitingUser,
  findSessionUser,
  listConnections,
  startConnecting,
} from "#lib/identity/index.ts";
import {
  accountCtx,
  type Browser,
  newUser,
  type OidcProvider,
  sessionOf,
  startAuthServer,
  startOidcProvider,
} from "#lib/testing/index.ts";
import { setEnv } from "../env.ts";
import { authOptions } from "./auth-options.ts";
import { readSession, sessionCookieName } from "./session.ts";

const newAddress = () => `o${randomBytes(6).toString("hex")}@example.com`;
const newSub = () => randomBytes(6).toString("hex");
const from = { address: "192.0.2.1" };

let provider: OidcProvider;
let server: Awaited<ReturnType<typeof startAuthServer>>;

beforeAll(async () => {
  provider = await startOidcProvider();
  setEnv({
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
  });
  server = await startAuthServer(async (cookies) => authOptions(await readSession(cookies[sessionCookieName()])));
});

afterEach(() => {
  provider.forged = {};
  setEnv({ OPEN_SIGN_UP: "" });
});

afterAll(async () => {
  await server.stop();
  await provider.stop();
});

async function signInAt(browser: Browser, callbackUrl = "/t/acme?x=1") {
  const { csrfToken } = JSON.parse((await browser.go("/api/auth/csrf")).body);
  return browser.go("/api/auth/signin/oidc", { csrfToken, callbackUrl });
}

const sessionIn = async (browser: Browser) => (await readSession(browser.cookies.get(sessionCookieName())))?.sessionId;
const userIn = async (browser: Browser) => findSessionUser((await sessionIn(browser)) ?? randomUuid());
const randomUuid = () => "00000000-0000-7000-8000-000000000000";

describe("signing in with a provider", () => {
  it("makes an account for a verified address that has none, once, and keeps none of the provider's tokens", async () => {
    const [sub, email] = [newSub(), newAddress()];
    provider.person = { sub, email: email.toUpperCase(), email_verified: true, name: "Ana" };
    const browser = server.browser();
    const { url } = await signInAt(browser);
    expect(url.href).toBe(`${server.url}/t/acme?x=1`);
    const user = await userIn(browser);
    expect(user).toMatchObject({ email, name: "Ana" });
    const again = server.browser();
    await signInAt(again);
    expect(await userIn(again)).toMatchObject({ id: user?.id });
    const accounts = await db().account.findMany({ where: { userId: user?.id ?? "" } });
    expect(accounts).toHaveLength(1);
    expect(accounts[0]).toMatchObject({
      providerAccountId: sub,
      access_token: null,
      id_token: null,
      refresh_token: null,
    });
  });

  it("finds the account by the provider's id, whatever the address there became", async () => {
    const sub = newSub();
    provider.person = { sub, email: newAddress(), email_verified: true };
    const browser = server.browser();
    await signInAt(browser);
    const first = await userIn(browser);
    const other = await newUser();
    provider.person = { sub, email: other.email, email_verified: false };
    const again = server.browser();
    await signInAt(again);
    expect(await userIn(again)).toMatchObject({ id: first?.id, email: first?.email });
  });

  it("links no account by its address: whoever holds it at the provider is told to connect it", async () => {
    const { id, email } = await newUser();
    provider.person = { sub: newSub(), email, email_verified: true };
    const browser = server.browser();
    const { url } = await signInAt(browser);
    expect(url.pathname + url.search).toBe("/sign-in?error=provider_has_account&via=oidc");
    expect(await sessionIn(browser)).toBeUndefined();
    expect(await db().account.count({ where: { userId: id } })).toBe(0);
  });

  it("is refused to an address that is not verified, missing, or hostile", async () => {
    const hostile = `${newAddress()},${newAddress()}`;
    for (const person of [
      { email: newAddress(), email_verified: false },
      { email: newAddress() },
      {},
      // Another mailbox than the one that it would be taken for.
      { email: newAddress().replace("o", "ｏ"), email_verified: true },
      { email: `\u212a${newAddress()}`, email_verified: true },
      { email: hostile, email_verified: true },
    ]) {
      provider.person = { sub: newSub(), ...person };
      const browser = server.browser();
      expect((await signInAt(browser)).url.search).toBe("?error=provider_unverified&via=oidc");
      expect(await sessionIn(browser)).toBeUndefined();
      if (person.email) expect(await db().user.count({ where: { email: person.email } })).toBe(0);
    }
  });

  it("makes no account where accounts are by invitation", async () => {
    setEnv({ OPEN_SIGN_UP: "false" });
    const email = newAddress();
    provider.person = { sub: newSub(), email, email_verified: true };
    expect((await signInAt(server.browser())).url.search).toBe("?error=provider_closed&via=oidc");
    expect(await db().user.count({ where: { email } })).toBe(0);
  });

  it("asks for the second factor, too", async () => {
    const sub = newSub();
    provider.person = { sub, email: newAddress(), email_verified: true };
    const browser = server.browser();
    await signInAt(browser);
    const user = await userIn(browser);
    await db().user.update({ where: { id: user?.id ?? "" }, data: { totpEnabledAt: new Date() } });
    const again = server.browser();
    await signInAt(again);
    expect(await userIn(again)).toBeNull();
    expect(await findAwaitingUser((await sessionIn(again)) ?? "")).toMatchObject({ id: user?.id });
  });

  it("makes one account of two first sign-ins at once", async () => {
    const email = newAddress();
    provider.person = { sub: newSub(), email, email_verified: true };
    await Promise.all([signInAt(server.browser()), signInAt(server.browser())]);
    expect(await db().user.count({ where: { email } })).toBe(1);
  });

  it("never leads to another site", async () => {
    provider.person = { sub: newSub(), email: newAddress(), email_verified: true };
    for (const evil of ["//evil.example", "https://evil.example/x", "/\\evil.example", "javascript:alert(1)"]) {
      const { url } = await signInAt(server.browser(), evil);
      expect(url.href, evil).toBe(`${server.url}/tenants`);
    }
  });

  it.each([
    ["another nonce", { nonce: "another" }],
    ["another issuer", { iss: "https://evil.example" }],
    ["another audience", { aud: "somebody else" }],
  ])("is refused with an ID token of %s", async (_, forged) => {
    provider.person = { sub: newSub(), email: newAddress(), email_verified: true };
    provider.forged = forged;
    const browser = server.browser();
    const { url } = await signInAt(browser);
    expect([url.pathname, url.searchParams.get("error")]).toEqual(["/sign-in", "OAuthCallback"]);
    expect(await sessionIn(browser)).toBeUndefined();
  });

  it("is refused where the way back was not asked for by this browser", async () => {
    provider.person = { sub: newSub(), email: newAddress(), email_verified: true };
    const victim = server.browser();
    for (const query of [
      "code=stolen&state=stolen",
      "code=stolen",
      "error=access_denied&error_description=evil+words",
    ]) {
      const { url } = await victim.go(`/api/auth/callback/oidc?${query}`);
      expect(url.pathname).toBe("/sign-in");
      expect(url.href).not.toContain("evil");
    }
    expect(await sessionIn(victim)).toBeUndefined();
  });
});

describe("connecting a provider", () => {
  async function signedIn() {
    const user = await createUser({ email: newAddress(), password: "correct horse battery" });
    const browser = server.browser();
    const { csrfToken } = JSON.parse((await browser.go("/api/auth/csrf")).body);
    const typed = { csrfToken, email: user.email, password: "correct horse battery", callbackUrl: "/" };
    await browser.go("/api/auth/callback/credentials", typed);
    const sessionId = (await sessionIn(browser)) ?? "";
    return { user, browser, sessionId, ctx: accountCtx(user) };
  }
  const proof = { provider: "oidc", currentPassword: "correct horse battery" };

  it("happens where the session asked for it with the password, and then opens the account", async () => {
    const { user, browser, sessionId, ctx } = await signedIn();
    provider.person = { sub: newSub() };
    const at = { ...from, sessionId };
    await expect(startConnecting(ctx, { provider: "oidc" }, at)).rejects.toMatchObject({ code: "invalid" });
    await expect(startConnecting(ctx, { provider: "gitlab" }, at)).rejects.toMatchObject({ code: "not_found" });
    await startConnecting(ctx, proof, at);
    expect((await signInAt(browser)).url.pathname).toBe("/account/security");
    expect(await listConnections(ctx)).toEqual([{ id: "oidc", name: "Single sign-on", connected: true }]);
    expect(await sessionIn(browser)).toBe(sessionId);
    const elsewhere = server.browser();
    await signInAt(elsewhere);
    expect(await userIn(elsewhere)).toMatchObject({ id: user.id });
  });

  it("is nothing that coming back from a provider does by itself", async () => {
    const { browser, ctx, user } = await signedIn();
    provider.person = { sub: newSub(), email: user.email, email_verified: true };
    expect((await signInAt(browser)).url.search).toBe("?error=provider_has_account&via=oidc");
    expect(await listConnections(ctx)).toMatchObject([{ connected: false }]);
  });

  it("is refused for an account that opens another one, or beside another of the same provider", async () => {
    const sub = newSub();
    provider.person = { sub, email: newAddress(), email_verified: true };
    const first = server.browser();
    await signInAt(first);
    const holder = await userIn(first);
    const { browser, sessionId, ctx } = await signedIn();
    await startConnecting(ctx, proof, { ...from, sessionId });
    expect((await signInAt(browser)).url.search).toBe("?error=provider_taken&via=oidc");
    expect(await listConnections(ctx)).toMatchObject([{ connected: false }]);

    const held = accountCtx({ id: holder?.id ?? "", email: holder?.email ?? "" });
    const heldSession = (await sessionIn(first)) ?? "";
    await startConnecting(held, { provider: "oidc" }, { ...from, sessionId: heldSession });
    provider.person = { sub: newSub() };
    expect((await signInAt(first)).url.search).toBe("?error=provider_another&via=oidc");
  });

  it("does not work with a note of another session", async () => {
    const { browser, ctx, user } = await signedIn();
    await startConnecting(ctx, proof, { ...from, sessionId: await sessionOf(user.id) });
    provider.person = { sub: newSub() };
    expect((await signInAt(browser)).url.search).toBe("?error=provider_unverified&via=oidc");
    expect(await listConnections(ctx)).toMatchObject([{ connected: false }]);
  });
});
