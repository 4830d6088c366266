import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { createClaimGroup, createDirectoryUser, saveClaimSettings } from "#lib/directory/index.ts";
import { decideAccess, giveToGroup } from "#lib/entitlements/index.ts";
import {
  type Fixture,
  freshTenant,
  type OidcProvider,
  startAuthServer,
  startOidcProvider,
} from "#lib/testing/index.ts";
import { setEnv } from "../env.ts";
import { newId } from "../ids.ts";
import { authOptions } from "./auth-options.ts";
import { readSession, sessionCookieName } from "./session.ts";

let provider: OidcProvider;
let server: Awaited<ReturnType<typeof startAuthServer>>;
beforeAll(async () => {
  provider = await startOidcProvider();
  const { issuer: OIDC_ISSUER, clientId: OIDC_CLIENT_ID, clientSecret: OIDC_CLIENT_SECRET } = provider;
  setEnv({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET });
  server = await startAuthServer(async (cookies) => authOptions(await readSession(cookies[sessionCookieName()])));
});
afterAll(async () => {
  await server.stop();
  await provider.stop();
});

async function signIn(person: OidcProvider["person"]) {
  provider.person = person;
  const browser = server.browser();
  const { csrfToken } = JSON.parse((await browser.go("/api/auth/csrf")).body);
  await browser.go("/api/auth/signin/oidc", { csrfToken, callbackUrl: "/" });
  expect(await readSession(browser.cookies.get(sessionCookieName()))).toBeTruthy();
}

const someone = () => {
  const sub = newId();
  return { sub, email: `${sub}@example.com`, email_verified: true };
};
const memberOf = (t: Fixture, email: string) =>
  db().member.findFirst({ where: { tenantId: t.tenant.id, user: { email } } });
const may = async (t: Fixture, email: string) => {
  const user = await db().user.findUniqueOrThrow({ where: { email } });
  const asked = { type: "user", userId: user.id, sessionVersion: 0 } as const;
  return (await decideAccess(asked, t.repository, "registry.pull")).decision.allowed;
};

/** Two groups that follow values of the claim; the first one gives the product. */
async function following() {
  const t = await freshTenant({ product: { requiresEntitlement: true } });
  await saveClaimSettings(t.ctx, { provider: `oidc:${provider.issuer}`, claim: "groups" });
  const beta = await createClaimGroup(t.ctx, { name: "Beta", value: "beta-testers" });
  const staff = await createClaimGroup(t.ctx, { name: "Staff", value: "staff" });
  await giveToGroup(t.ctx, { groupId: beta.id, productId: t.product.id });
  const person = someone();
  await signIn(person);
  const { id: userId } = await db().user.findUniqueOrThrow({ where: { email: person.email } });
  const member = await db().member.create({ data: { tenantId: t.tenant.id, userId } });
  await db().subscription.create({ data: { tenantId: t.tenant.id, memberId: member.id, kind: "lifetime" } });
  const groups = async () => {
    const rows = await db().groupMember.findMany({ where: { memberId: member.id }, include: { group: true } });
    return rows.map(({ group }) => group.name).sort();
  };
  return { t, person, groups, staff };
}

describe("a claim at sign-in", () => {
  it("puts a member into the groups that it names, and takes them out of the others, each time", async () => {
    const { t, person, groups } = await following();
    await signIn({ ...person, groups: ["beta-testers", "unknown", 7, null] });
    expect([await groups(), await may(t, person.email)]).toEqual([["Beta"], true]);
    expect(await t.lastAudit()).toMatchObject({
      action: "group.membersAdded",
      reason: "by the claim of their sign-in",
    });
    expect(await db().directory.findUnique({ where: { tenantId: t.tenant.id } })).toMatchObject({
      claimSeen: ["beta-testers"],
    });
    await signIn({ ...person, groups: "staff" });
    expect([await groups(), await may(t, person.email)]).toEqual([["Staff"], false]);
    await signIn({ ...person, _claim_names: { groups: "src1" } });
    expect(await groups()).toEqual(["Staff"]);
    await signIn(person);
    expect(await groups()).toEqual([]);
  });

  it("counts for a verified address alone, and makes nobody a member", async () => {
    const { t, person, groups } = await following();
    await signIn({ ...person, email_verified: false, groups: ["staff"] });
    expect(await groups()).toEqual([]);
    await signIn({ ...person, email: `other-${person.email}`, groups: ["staff"] });
    expect(await groups()).toEqual([]);
    const stranger = someone();
    await signIn({ ...stranger, groups: ["staff"] });
    expect(await memberOf(t, stranger.email)).toBeNull();
  });

  it("counts where the tenant chose that provider, and nowhere else", async () => {
    const { t, person, groups } = await following();
    await saveClaimSettings(t.ctx, { provider: null, claim: "groups" });
    await signIn({ ...person, groups: ["staff"] });
    expect(await groups()).toEqual([]);
    const wrong = saveClaimSettings(t.ctx, { provider: "oidc:https://elsewhere.example", claim: "groups" });
    await expect(wrong).rejects.toMatchObject({ code: "invalid" });
    const lacking = saveClaimSettings(t.as("operator"), { provider: null, claim: "x" });
    await expect(lacking).rejects.toMatchObject({ code: "forbidden" });
    const again = createClaimGroup(t.ctx, { name: "Staff again", value: "staff" });
    await expect(again).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("somebody whom a directory waits for", () => {
  it("becomes a member with the sign-in that shows that the address is theirs", async () => {
    const t = await freshTenant();
    const person = someone();
    await createDirectoryUser(t.ctx, {
      userName: person.sub,
      externalId: null,
      displayName: null,
      email: person.email,
      active: true,
      attributes: {},
    });
    expect(await memberOf(t, person.email)).toBeNull();
    await signIn(person);
    expect(await may(t, person.email)).toBe(true);
  });
});
