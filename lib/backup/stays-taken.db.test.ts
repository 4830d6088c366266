import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { askPasswordReset, resetPassword, signIn } from "#lib/identity/index.ts";
import { recallRelease } from "#lib/recalls/index.ts";
import { changeRole, removeFromTeam } from "#lib/tenancy/index.ts";
import { type Fixture, freshTenant, letterTo, linkSecretIn, newRelease, robotToken } from "#lib/testing/index.ts";
import { makeBackup } from "./index.ts";
import { countsOf, lookAndDo, withPassphrase } from "./restore.contract.ts";
import { admin, file, id, newSlug, of, uploaded } from "./upload.contract.ts";

const EVERYTHING = ["setting", "member", "membership", "product", "restriction", "hidden", "release", "grant"].map(
  (kind) => `${kind}:all`,
);

async function inTeam({ tenant, users }: Fixture, who: "manager" | "operator"): Promise<string> {
  const tenantId_userId = { tenantId: tenant.id, userId: users[who].id };
  return (await db().tenantMembership.findUniqueOrThrow({ where: { tenantId_userId } })).id;
}

describe("whatever is ticked, a restore into the same workspace", { timeout: 60_000 }, () => {
  it("gives back no role, token, recall's end or connection: they are not in it, or not looked at", async () => {
    const t = await freshTenant();
    await withPassphrase(t);
    const release = await newRelease(t, { status: "published" });
    const robot = await robotToken(t.ctx, ["registry.pull"]);
    const sealed = { restrictedKeyEncrypted: Buffer.from("a"), webhookSecretEncrypted: Buffer.from("b") };
    const about = { tenantId: t.tenant.id, accountId: "acct_1", keyHint: "one", livemode: false };
    await db().stripeConnection.create({ data: { ...about, ...sealed } });
    const backup = await makeBackup(t.ctx, { withBytes: false });

    await recallRelease(t.ctx, { releaseId: release.id, reason: "unsafe" });
    await changeRole(t.ctx, { membershipId: await inTeam(t, "manager"), role: "readonly" });
    await removeFromTeam(t.ctx, { membershipId: await inTeam(t, "operator") });
    await db().accessToken.update({ where: { id: robot.id }, data: { revokedAt: new Date() } });
    await db().stripeConnection.update({ where: { tenantId: t.tenant.id }, data: { accountId: "acct_2" } });
    const kept = async () => {
      const { recalls, tenant_memberships, access_tokens, stripe_connections } = await t.rows();
      return { recalls, tenant_memberships, access_tokens, stripe_connections };
    };
    const before = await kept();
    expect(before.recalls).toMatchObject({ rows: 1 });
    await lookAndDo(t, backup, { bringBack: EVERYTHING, undoNewer: true });
    expect(await kept()).toEqual(before);
  });
});

describe("what a price gives", { timeout: 60_000 }, () => {
  let t: Fixture;
  const price = () => db().stripePrice.findFirstOrThrow({ where: { tenantId: t.tenant.id } });
  const mappings = () => db().stripePriceMapping.count({ where: { tenantId: t.tenant.id } });
  beforeEach(async () => {
    t = await freshTenant();
    await withPassphrase(t);
    const ofPrice = { tenantId: t.tenant.id, priceId: "price_1" };
    await db().stripePrice.create({ data: { ...ofPrice, membership: true, name: "Pro", currency: "usd" } });
    await db().stripePriceMapping.create({ data: { ...ofPrice, productId: t.product.id } });
  });

  it.each([
    [
      "its meaning was taken away",
      () => db().stripePrice.updateMany({ where: { tenantId: t.tenant.id }, data: { membership: false } }),
    ],
    ["it was forgotten", () => db().stripePrice.deleteMany({ where: { tenantId: t.tenant.id } })],
  ])("stays taken unless it is named, where %s: it would move access with Stripe's next word", async (_, take) => {
    const backup = await makeBackup(t.ctx, { withBytes: false });
    await db().stripePriceMapping.deleteMany({ where: { tenantId: t.tenant.id } });
    await take();
    const { comingBack } = await lookAndDo(t, backup, { part: "settings" });
    expect(comingBack).toMatchObject([
      { kind: "price_product", total: 1, rows: [{ label: `price_1: ${t.product.slug}` }] },
      { kind: "price_membership", total: 1, rows: [{ key: "price_membership:price_1" }] },
    ]);
    expect([await mappings(), (await price()).membership]).toEqual([0, false]);
    const bringBack = comingBack.flatMap(({ rows }) => rows.map(({ key }) => key));
    const report = await lookAndDo(t, backup, { part: "settings", bringBack });
    expect(countsOf(report, "stripe_price_mappings")).toEqual([1, 0, 0]);
    expect([await mappings(), (await price()).membership]).toEqual([1, true]);
  });
});

describe("a person whom only the backup knows", { timeout: 60_000 }, () => {
  it("has no password and has proven nothing, until they set one by the letter's link", async () => {
    const t = await admin();
    const email = `p${newSlug()}@example.com`;
    const user = { id: id(7), email, name: "Pat" };
    const member = { ...of, id: id(8), user_id: user.id };
    const backup = await uploaded(t, await file({ users: [user], members: [member] }));
    const into = { slug: newSlug(), name: "Copy" };
    await lookAndDo(t, backup, { into });
    const account = await db().user.findUniqueOrThrow({ where: { email } });
    expect(account).toMatchObject({ passwordHash: null, emailVerifiedAt: null, name: "Pat" });
    const from = { address: "2001:db8::7", userAgent: "vitest", requestId: "reset" };
    const password = "staple under the stairs";
    await expect(signIn({ email, password }, from)).rejects.toMatchObject({ code: "unauthenticated" });
    await askPasswordReset({ email }, from);
    await resetPassword({ token: linkSecretIn(await letterTo(email, /^Set a new password/)), password }, from);
    expect(await signIn({ email, password }, from)).toMatchObject({ sessionId: expect.any(String) });
    const { emailVerifiedAt } = await db().user.findUniqueOrThrow({ where: { email } });
    expect(emailVerifiedAt).not.toBeNull();
  });
});

describe("a backup that is older than what the database has by now", { timeout: 60_000 }, () => {
  it("leaves columns and tables alone that it does not know", async () => {
    const t = await admin();
    const product = { ...of, id: id(2), slug: "app", name: "App" };
    const tenant = { id: id(1), slug: "theirs", name: "Theirs" };
    const backup = await uploaded(t, await file({ tenants: [tenant], products: [product] }));
    const into = { slug: newSlug(), name: "Copy" };
    const report = await lookAndDo(t, backup, { into });
    expect(countsOf(report, "products")).toEqual([1, 0, 0]);
    const made = await db().tenant.findUniqueOrThrow({ where: { slug: into.slug } });
    expect(made).toMatchObject({ name: "Copy", graceDays: 7 });
  });

  it("has no product that it does not have", async () => {
    const t = await freshTenant();
    await withPassphrase(t);
    const backup = await makeBackup(t.ctx, { withBytes: false });
    await expect(lookAndDo(t, backup, { part: "product", product: "another" })).rejects.toMatchObject({
      message: "This backup has no product with the short name another.",
    });
  });
});
