import { beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { revokePersonalToken, revokeRobotToken } from "#lib/identity/index.ts";
import {
  accountCtx,
  asMember,
  type Fixture,
  freshTenant,
  newUser,
  type Pushed,
  personalToken,
  pushBlob,
  pushImage,
  randomBlob,
  robotToken,
} from "#lib/testing/index.ts";
import { decideAccess, grantEntitlement, readBlob, readManifest, revokeEntitlement } from "./index.ts";

const ended = { code: "unauthenticated" };
const pull = async (t: Fixture, principal: Parameters<typeof decideAccess>[0]) =>
  (await decideAccess(principal, t.repository, "registry.pull")).decision;
describe("a decision", () => {
  it("follows a grant and its end at the very next request", async () => {
    const t = await freshTenant({ product: { requiresEntitlement: true } });
    const member = asMember(t.member);
    expect(await pull(t, member)).toMatchObject({ allowed: false, reason: "not_entitled", visible: true });
    const { grant } = await grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });
    expect(await pull(t, member)).toMatchObject({ allowed: true });
    await revokeEntitlement(t.ctx, { entitlementId: grant.id });
    expect(await pull(t, member)).toMatchObject({ allowed: false, reason: "not_entitled" });
  });

  it("keeps an admin's grant whatever Stripe ends, and Stripe's whatever an admin ends", async () => {
    const t = await freshTenant({ product: { requiresEntitlement: true } });
    const ids = { memberId: t.member.id, productId: t.product.id };
    const { grant } = await grantEntitlement(t.ctx, ids);
    const data = { ...ids, tenantId: t.tenant.id, source: "stripe", sourceRef: "sub_1", grantedBy: "stripe" } as const;
    const stripe = await db().entitlement.create({ data });
    await revokeEntitlement(t.ctx, { entitlementId: grant.id });
    expect((await pull(t, asMember(t.member))).allowed).toBe(true);
    await grantEntitlement(t.ctx, ids);
    await db().entitlement.update({ where: { id: stripe.id }, data: { revokedAt: new Date(), revokedBy: "stripe" } });
    expect((await pull(t, asMember(t.member))).allowed).toBe(true);
  });

  it("loads what the pure rule needs: standing, grace, suspension, archive", async () => {
    const DAY_MS = 86_400_000;
    const since = new Date(Date.now() - 3 * DAY_MS);
    const t = await freshTenant({ subscription: { status: "past_due", pastDueSince: since }, graceDays: 5 });
    const end = new Date(since.getTime() + 5 * DAY_MS).toISOString().slice(0, 10);
    expect(await pull(t, asMember(t.member))).toMatchObject({ allowed: true, warning: expect.stringContaining(end) });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { graceDays: 2 } });
    expect(await pull(t, asMember(t.member))).toMatchObject({ reason: "membership_inactive" });
    await db().member.update({ where: { id: t.member.id }, data: { suspendedAt: new Date() } });
    expect(await pull(t, asMember(t.member))).toMatchObject({ reason: "member_suspended" });
    await db().product.update({ where: { id: t.product.id }, data: { archivedAt: new Date() } });
    expect(await pull(t, asMember(t.member))).toMatchObject({ reason: "not_found", visible: false });
  });

  it("tells strangers and the anonymous nothing but that there is nothing", async () => {
    const t = await freshTenant();
    const stranger = await newUser();
    expect(await pull(t, asMember({ userId: stranger.id }))).toMatchObject({ allowed: false, visible: false });
    expect(await pull(t, null)).toMatchObject({ allowed: false, visible: false });
    const nowhere = { name: "no/where", tenant: "no", product: "where" };
    const { decision } = await decideAccess(asMember({ userId: stranger.id }), nowhere, "registry.pull");
    expect(decision).toMatchObject({ reason: "not_found", visible: false });
  });

  it("lets the team pull what is restricted and hidden, and push by its role", async () => {
    const t = await freshTenant({ product: { requiresEntitlement: true, visibility: "hidden" } });
    const access = await decideAccess(asMember({ userId: t.users.operator.id }), t.repository, "registry.pull");
    expect([
      access.decision.allowed,
      access.may("registry.push").allowed,
      access.may("registry.delete").allowed,
    ]).toEqual([true, true, false]);
  });

  it("knows a user's sessions ended when their version was raised", async () => {
    const t = await freshTenant();
    await db().user.update({ where: { id: t.member.userId }, data: { sessionVersion: { increment: 1 } } });
    await expect(pull(t, asMember(t.member))).rejects.toMatchObject(ended);
    await expect(pull(t, asMember({ userId: "00000000-0000-7000-8000-000000000000" }))).rejects.toMatchObject(ended);
  });

  it("is the next tenant's own: a member here is a stranger there", async () => {
    const [a, b] = [await freshTenant(), await freshTenant()];
    expect((await pull(a, asMember(a.member))).allowed).toBe(true);
    expect(await pull(b, asMember(a.member))).toMatchObject({ reason: "not_a_member", visible: false });
    expect(await pull(b, asMember({ userId: a.users.owner.id }))).toMatchObject({
      reason: "not_a_member",
      visible: false,
    });
  });
});

describe("a token", () => {
  it("that was revoked is nobody's at the next request", async () => {
    const t = await freshTenant();
    const user = { id: t.member.userId, email: t.member.email };
    const token = await personalToken(user);
    expect((await pull(t, token.principal)).allowed).toBe(true);
    await revokePersonalToken(accountCtx(user), token.id);
    await expect(pull(t, token.principal)).rejects.toMatchObject(ended);
    await expect(readManifest(token.principal, t.repository, "latest")).rejects.toMatchObject(ended);
  });

  it("without an end opens only vendors that take such, from one request to the next", async () => {
    const t = await freshTenant();
    const token = await personalToken({ id: t.member.userId, email: t.member.email });
    await db().accessToken.update({ where: { id: token.id }, data: { expiresAt: null } });
    expect(await pull(t, token.principal)).toMatchObject({ allowed: false, reason: "token_scope" });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { endlessTokens: true } });
    expect((await pull(t, token.principal)).allowed).toBe(true);
  });

  it("that has expired is nobody's", async () => {
    const t = await freshTenant();
    const token = await personalToken({ id: t.member.userId, email: t.member.email });
    await db().accessToken.update({ where: { id: token.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    await expect(pull(t, token.principal)).rejects.toMatchObject(ended);
  });

  it("does no more than its scopes, whatever its owner may", async () => {
    const t = await freshTenant();
    const token = await personalToken(t.users.owner, ["registry.pull"]);
    const access = await decideAccess(token.principal, t.repository, "registry.push");
    expect(access.decision).toMatchObject({ allowed: false, reason: "token_scope" });
    expect(access.may("registry.pull").allowed).toBe(true);
  });

  it("does no more than its owner may, whatever its scopes", async () => {
    const t = await freshTenant();
    const token = await personalToken(t.users.readonly, ["registry.pull", "registry.push"]);
    expect((await decideAccess(token.principal, t.repository, "registry.push")).decision).toMatchObject({
      reason: "role_lacks",
    });
  });

  it("of a product opens that product alone", async () => {
    const t = await freshTenant();
    const other = await t.addProduct();
    const user = { id: t.member.userId, email: t.member.email };
    expect((await pull(t, (await personalToken(user, ["registry.pull"], [t.product.id])).principal)).allowed).toBe(
      true,
    );
    const limited = await personalToken(user, ["registry.pull"], [other.id]);
    expect(await pull(t, limited.principal)).toMatchObject({ reason: "token_scope" });
  });

  it("of a robot works in its own tenant, and elsewhere is a stranger with no rights", async () => {
    const [a, b] = [await freshTenant({ product: { visibility: "hidden" } }), await freshTenant()];
    const robot = await robotToken(a.ctx, ["registry.pull", "registry.push"]);
    expect((await pull(a, robot.principal)).allowed).toBe(true);
    const abroad = await decideAccess(robot.principal, b.repository, "registry.push");
    expect(abroad.decision).toMatchObject({ allowed: false, visible: false });
    expect(abroad.actor).toMatchObject({ kind: "robot", scopes: [] });
    await revokeRobotToken(a.ctx, robot.id);
    await expect(pull(a, robot.principal)).rejects.toMatchObject(ended);
  });

  it("names in its actor the owner and the token", async () => {
    const t = await freshTenant();
    const token = await personalToken(t.users.manager, ["registry.pull", "registry.push"]);
    const { actor } = await decideAccess(token.principal, t.repository, "registry.push");
    expect(actor).toMatchObject({ type: "token", kind: "personal", user: t.users.manager, role: "manager" });
  });
});

describe("reading what was pushed", () => {
  let t: Fixture;
  let image: Pushed;
  beforeAll(async () => {
    t = await freshTenant();
    image = await pushImage(t.ctx, t.repository, ["v1"]);
  });

  it("gives the manifest byte by byte, by tag and by digest", async () => {
    for (const reference of ["v1", image.digest]) {
      const { access, manifest } = await readManifest(asMember(t.member), t.repository, reference);
      expect(access.decision.allowed).toBe(true);
      expect(manifest).toMatchObject({ digest: image.digest, mediaType: "application/vnd.oci.image.manifest.v1+json" });
      expect((await manifest?.bytes())?.equals(image.bytes)).toBe(true);
    }
    expect((await readManifest(asMember(t.member), t.repository, "v2")).manifest).toBeNull();
  });

  it("gives a blob that a manifest names to every member", async () => {
    const { blob } = await readBlob(asMember(t.member), t.repository, image.layer);
    expect(blob).toMatchObject({ digest: image.layer, size: 64 });
  });

  it("shows a blob that no manifest names to pushers alone", async () => {
    const digest = await pushBlob(t.ctx, t.repository, randomBlob());
    expect((await readBlob(asMember(t.member), t.repository, digest)).blob).toBeNull();
    expect((await readBlob(asMember({ userId: t.users.readonly.id }), t.repository, digest)).blob).toBeNull();
    expect((await readBlob(asMember({ userId: t.users.operator.id }), t.repository, digest)).blob).toMatchObject({
      digest,
    });
  });

  it("shows no blob of another repository, of the same tenant or another", async () => {
    const product = await t.addProduct();
    const beside = { name: `${t.tenant.slug}/${product.slug}`, tenant: t.tenant.slug, product: product.slug };
    await pushImage(t.ctx, beside);
    expect((await readBlob(asMember({ userId: t.users.owner.id }), beside, image.layer)).blob).toBeNull();
    const other = await freshTenant();
    await pushImage(other.ctx, other.repository);
    const stranger = await readBlob(asMember({ userId: other.users.owner.id }), other.repository, image.layer);
    expect(stranger.blob).toBeNull();
    const across = await readBlob(asMember({ userId: other.users.owner.id }), t.repository, image.layer);
    expect(across.access.decision).toMatchObject({ allowed: false, visible: false });
  });

  it("shows no blob that is about to be swept", async () => {
    const own = await pushImage(t.ctx, t.repository, ["swept"]);
    await db().blob.update({ where: { digest: own.layer }, data: { state: "deleting" } });
    expect((await readBlob(asMember(t.member), t.repository, own.layer)).blob).toBeNull();
  });

  it("does not find a repository under another product's name", async () => {
    const product = await t.addProduct({ requiresEntitlement: true });
    const crossed = { ...t.repository, product: product.slug };
    const access = await decideAccess(asMember(t.member), crossed, "registry.pull");
    expect([access.repositoryId, access.decision.reason]).toEqual([null, "not_entitled"]);
  });
});
