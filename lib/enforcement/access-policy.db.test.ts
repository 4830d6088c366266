import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Capability } from "#lib/access/index.ts";
import { db } from "#lib/db/index.ts";
import { decideAccess, listPullableProducts } from "#lib/entitlements/index.ts";
import { createRobotToken, findTeamActor } from "#lib/identity/index.ts";
import { createPolicy, type Documents } from "#lib/policies/index.ts";
import { findVisit, updateTenant } from "#lib/tenancy/index.ts";
import {
  asMember,
  daysAgo,
  type Fixture,
  freshTenant,
  newRelease,
  personalToken,
  publishAsset,
  robotToken,
  sessionOf,
} from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { activateDraft, archivePolicy, previewPolicy } from "./index.ts";

const PLAIN: Documents["access"] = {
  graceDays: 7,
  endlessTokens: false,
  tokenDaysMax: null,
  secondFactor: false,
  signers: [],
  signedFiles: false,
};
const LOSES = "Members who lose access";
const STOPS = "Tokens that stop working";
const OWES = "Team members who must set up a second factor first";

const drafted = (t: Fixture, rule: Partial<Documents["access"]>, name = "Access") =>
  createPolicy(t.ctx, { kind: "access", name, document: { ...PLAIN, ...rule } });

async function previewed(t: Fixture, rule: Partial<Documents["access"]>) {
  const key = await drafted(t, rule);
  const effect = await previewPolicy(t.ctx, key);
  const lines = Object.fromEntries(effect.sections.map(({ title, first }) => [title, first]));
  return { lines, activate: () => activateDraft(t.ctx, { ...key, fingerprint: effect.fingerprint }), ...key };
}

async function archived(t: Fixture, policyId: string) {
  const { fingerprint } = await previewPolicy(t.ctx, { policyId, number: null });
  await archivePolicy(t.ctx, { policyId, fingerprint });
}

const settingsOf = (t: Fixture) => db().tenant.findUniqueOrThrow({ where: { id: t.tenant.id } });
const mayPull = async (t: Fixture, principal: Parameters<typeof decideAccess>[0]) =>
  (await decideAccess(principal, t.repository, "registry.pull")).decision;
const withFactor = (t: Fixture) =>
  db().user.update({ where: { id: t.users.owner.id }, data: { totpEnabledAt: new Date() } });

describe("days of grace by policy", () => {
  it("end the access of those whom the preview named, and what was set by hand comes back with the policy's end", async () => {
    const t = await freshTenant({ subscription: { status: "past_due", pastDueSince: daysAgo(5) }, graceDays: 10 });
    const { lines, activate, policyId } = await previewed(t, { graceDays: 2 });
    const { email } = await db().user.findUniqueOrThrow({ where: { id: t.member.userId } });
    expect(lines).toEqual({ [LOSES]: [email] });
    expect(await mayPull(t, asMember(t.member))).toMatchObject({ allowed: true });
    await activate();
    expect(await mayPull(t, asMember(t.member))).toMatchObject({ reason: "membership_inactive" });
    expect(await db().stripeReread.count({ where: { tenantId: t.tenant.id } })).toBe(1);
    await archived(t, policyId);
    expect(await settingsOf(t)).toMatchObject({ graceDays: 10 });
    expect(await mayPull(t, asMember(t.member))).toMatchObject({ allowed: true });
  });

  it("can't be set by hand beside it; what else is set can", async () => {
    const t = await freshTenant();
    await (await previewed(t, { graceDays: 3 })).activate();
    const settings = { name: "Renamed", graceDays: 3, storefrontEnabled: true, endlessTokens: false };
    expect(await updateTenant(t.ctx, settings)).toEqual({ changed: true });
    await expect(updateTenant(t.ctx, { ...settings, graceDays: 30 })).rejects.toMatchObject({
      reason: "ruled_by_policy",
      message: expect.stringContaining("“Access”, version 1"),
    });
  });

  it("are one policy's alone", async () => {
    const t = await freshTenant();
    await (await previewed(t, {})).activate();
    await expect(previewPolicy(t.ctx, await drafted(t, {}, "Another"))).rejects.toMatchObject({
      message: expect.stringContaining("“Access” rules the workspace already"),
    });
  });
});

describe("how long tokens work by policy", () => {
  const madeAgo = (id: string, days: number) =>
    db().accessToken.update({ where: { id }, data: { createdAt: daysAgo(days) } });

  it("ends them at the registry and the API, as previewed, until they are rotated", async () => {
    const t = await freshTenant();
    const [old, young] = [await robotToken(t.ctx, ["registry.pull"]), await robotToken(t.ctx, ["registry.pull"])];
    const own = await personalToken({ id: t.member.userId, email: "member@example.com" });
    for (const { id } of [old, own]) await madeAgo(id, 60);
    const { lines, activate } = await previewed(t, { tokenDaysMax: 30 });
    expect(lines[STOPS]).toHaveLength(2);
    const asked = async (tokenId: string) => mayPull(t, { type: "token", tokenId });
    expect(await asked(old.id)).toMatchObject({ allowed: true });
    await activate();
    const refused = { reason: "token_scope", message: expect.stringContaining("30 days") };
    expect([await asked(old.id), await asked(own.id)]).toMatchObject([refused, refused]);
    expect(await asked(young.id)).toMatchObject({ allowed: true });
    expect(await findTeamActor({ type: "token", tokenId: old.id }, null)).toMatchObject({ actor: { scopes: [] } });
    const near = await listPullableProducts({ type: "token", tokenId: own.id });
    expect(near.filter(({ pullable }) => pullable)).toEqual([]);
    await db().accessToken.update({ where: { id: old.id }, data: { rotatedAt: new Date() } });
    expect(await asked(old.id)).toMatchObject({ allowed: true });
  });

  it("shows in the end of a robot that is made meanwhile", async () => {
    const t = await freshTenant();
    await (await previewed(t, { tokenDaysMax: 10 })).activate();
    const { expiresAt } = await createRobotToken(t.ctx, { name: "ci", scopes: ["registry.pull"] });
    expect(expiresAt).toEqual(new Date(t.ctx.now.getTime() + 10 * 86_400_000));
  });
});

it("a preview tells a token what its scopes let it see, and else how many there are", async () => {
  const t = await freshTenant({ subscription: { status: "past_due", pastDueSince: daysAgo(5) }, graceDays: 10 });
  const key = await drafted(t, { graceDays: 2 });
  const robot = (...scopes: Capability[]) =>
    t.by({ type: "token", id: newId(), kind: "robot", name: "ci", user: null, scopes, role: null });
  const looked = async (...scopes: Capability[]) => previewPolicy(robot("policy.view", ...scopes), key);
  const [blind, seeing] = [await looked(), await looked("member.view")];
  const { email } = await db().user.findUniqueOrThrow({ where: { id: t.member.userId } });
  expect(blind.sections).toMatchObject([{ title: LOSES, count: 1, first: [] }]);
  expect(seeing.sections).toMatchObject([{ title: LOSES, count: 1, first: [email] }]);
  expect(blind.fingerprint).toBe(seeing.fingerprint);
});

describe("a second factor by policy", () => {
  it("is refused to who has none, so that nobody locks themselves out", async () => {
    const t = await freshTenant();
    await expect(previewed(t, { secondFactor: true })).rejects.toMatchObject({ reason: "no_second_factor" });
  });

  it("takes the role of who has none, as previewed, at every door and until they have one", async () => {
    const t = await freshTenant();
    await withFactor(t);
    const { lines, activate } = await previewed(t, { secondFactor: true });
    const { manager, readonly } = t.users;
    expect(lines[OWES]).toContain(`${manager.email} (manager)`);
    expect(lines[OWES]?.join()).not.toContain(t.users.owner.email);
    await activate();
    const visit = async (id: string) => (await findVisit(t.tenant.slug, await sessionOf(id)))?.access;
    expect(await visit(manager.id)).toMatchObject({ role: "manager", owesSecondFactor: true });
    expect(await visit(t.users.owner.id)).toMatchObject({ role: "owner", owesSecondFactor: false });
    const asUser = ({ id }: { id: string }) => ({ type: "user", userId: id, sessionVersion: 0 }) as const;
    expect(await mayPull(t, asUser(readonly))).toMatchObject({
      reason: "role_lacks",
      message: expect.stringContaining("second factor"),
    });
    expect(await mayPull(t, asUser(t.users.owner))).toMatchObject({ allowed: true });
    expect(await mayPull(t, asMember(t.member))).toMatchObject({ allowed: true });
    expect(await findTeamActor(asUser(manager), t.tenant.slug)).toMatchObject({ actor: { owesSecondFactor: true } });
    const passkey = { name: "Laptop", credentialId: readonly.id, publicKey: Buffer.from("key") };
    await db().passkey.create({ data: { userId: readonly.id, ...passkey } });
    expect(await mayPull(t, asUser(readonly))).toMatchObject({ allowed: true });
    expect(await visit(readonly.id)).toMatchObject({ owesSecondFactor: false });
  });
});

it("a preview tells which published releases none of its keys signed, and putting it in force asks nothing of them", async () => {
  const t = await freshTenant();
  const { id: releaseId, version } = await newRelease(t, { status: "published" });
  await publishAsset(t, { product: t.product, releaseId });
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signers = [{ name: "Release key", publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() }];
  const { lines, activate } = await previewed(t, { signers, signedFiles: true });
  const [title, told] = Object.entries(lines)[0] ?? [];
  expect(title).toMatch(/^Published releases without a signature of these keys/);
  expect(told).toEqual([`${t.product.slug} ${version}: app.tar.gz`]);
  await activate();
});
