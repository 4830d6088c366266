import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectStripe, setPrice } from "#lib/billing/index.ts";
import { db } from "#lib/db/index.ts";
import { grantEntitlement, revokeEntitlement } from "#lib/entitlements/index.ts";
import { revokeOtherSessions, revokePersonalToken, revokeRobotToken, revokeSession } from "#lib/identity/index.ts";
import { removeFromTeam } from "#lib/tenancy/index.ts";
import { accountCtx, newUser, robotToken, sessionOf, startStripeLocal } from "#lib/testing/index.ts";
import { around, asks, kept } from "./around.ts";
import { somebody, withWorld } from "./matrix/world.ts";

// Before the server, which asks it.
let stripe: Awaited<ReturnType<typeof startStripeLocal>>;
beforeAll(async () => {
  stripe = await startStripeLocal();
});
afterAll(() => stripe.stop());

const here = withWorld();

const { page, api, pull, bearerFor } = asks(here);

const teamUser = async () => {
  const user = await newUser();
  const { id: tenantId } = here().world.a.fixture.tenant;
  const { id } = await db().tenantMembership.create({ data: { tenantId, userId: user.id, role: "operator" } });
  return { ...(await somebody(user)), membershipId: id };
};

describe("is over on every worker:", () => {
  it("a session that its person revoked", async () => {
    const user = await teamUser();
    const seen = await around([page(user)], () => revokeSession(accountCtx(user), user.session));
    expect(seen).toEqual({ before: new Set([200]), after: new Set([307]) });
  });

  it("every session but one, when all others are revoked", async () => {
    const user = await teamUser();
    const current = await sessionOf(user.id);
    const seen = await around([page(user)], () => revokeOtherSessions(accountCtx(user), current));
    expect(seen).toEqual({ before: new Set([200]), after: new Set([307]) });
  });

  it("a personal token, and the registry's tokens that it was exchanged for", async () => {
    const user = await teamUser();
    const reads = [api(user.token), pull(await bearerFor(user.token))];
    const seen = await around(reads, () => revokePersonalToken(accountCtx(user), user.tokenId), kept);
    expect(seen).toEqual({ before: new Set([200]), after: new Set([401]) });
  });

  it("a robot's token", async () => {
    const { fixture } = here().world.a;
    const robot = await robotToken(fixture.ctx, ["registry.pull", "product.view"]);
    const reads = [api(robot.secret), pull(await bearerFor(robot.secret))];
    const seen = await around(reads, () => revokeRobotToken(fixture.ctx, robot.id), kept);
    expect(seen).toEqual({ before: new Set([200]), after: new Set([401]) });
  });

  it("a place on the team: its pages, the API and the registry", async () => {
    const user = await teamUser();
    const { ctx } = here().world.a.fixture;
    const reads = [page(user), api(user.token), pull(await bearerFor(user.token))];
    const seen = await around(reads, () => removeFromTeam(ctx, { membershipId: user.membershipId }), kept);
    expect(seen).toEqual({ before: new Set([200]), after: new Set([404]) });
  });

  it("a grant", async () => {
    const { fixture } = here().world.a;
    await db().product.update({ where: { id: fixture.product.id }, data: { requiresEntitlement: true } });
    const member = here().world.people.member;
    const { grant } = await grantEntitlement(fixture.ctx, {
      memberId: fixture.member.id,
      productId: fixture.product.id,
    });
    const reads = [pull(await bearerFor(member.token))];
    const seen = await around(reads, () => revokeEntitlement(fixture.ctx, { entitlementId: grant.id }), kept);
    expect(seen).toEqual({ before: new Set([200]), after: new Set([403]) });
  });
});

describe("what was paid for is over on every worker once Stripe says so:", () => {
  it("a payment that was refunded, and a subscription that was canceled", async () => {
    const shop = await openShop();
    const [paidOnce, subscriber] = [await shop.customer(), await shop.customer()];
    const { payment } = shop.account.buy(paidOnce.customer, [shop.lifetime]);
    const { subscription } = shop.account.buy(subscriber.customer, [shop.plan]);
    await shop.tell();
    const ends = [
      { who: paidOnce, end: () => shop.account.refund(payment ?? "") },
      { who: subscriber, end: () => shop.account.cancel(subscription?.id ?? "") },
    ];
    for (const { who, end } of ends) {
      const reads = [pull(await bearerFor(who.token))];
      end();
      const seen = await around(reads, shop.tell, kept);
      expect(seen).toEqual({ before: new Set([200]), after: new Set([403]) });
    }
  });
});

/** The world's first tenant with an account at the stand-in, whose events go through the server's own door, signed. */
async function openShop() {
  const { fixture } = here().world.a;
  const { id: productId } = fixture.product;
  await db().product.update({ where: { id: productId }, data: { requiresEntitlement: true } });
  const account = stripe.addAccount();
  await connectStripe(fixture.ctx, { key: account.key, webhookSecret: account.webhookSecret });
  const [plan, lifetime] = [account.price().id, account.price({ interval: null }).id];
  for (const priceId of [plan, lifetime]) {
    await setPrice(fixture.ctx, { priceId, membership: true, productIds: [productId] });
  }
  const door = `${here().server.url}/api/stripe/webhook/${fixture.tenant.slug}`;
  let told = 0;
  const tell = async () => {
    for (const event of account.events().slice(told)) {
      const { body, signature } = account.signed(event);
      const answer = await fetch(door, { method: "POST", body, headers: { "stripe-signature": signature } });
      expect([answer.status, event.type]).toEqual([200, event.type]);
      told++;
    }
  };
  const customer = async () => {
    const member = await fixture.addMember(null);
    const metadata = { purser_tenant: fixture.tenant.id, purser_member: member.id };
    const { id } = account.customer({ email: member.email, metadata });
    return { ...(await somebody({ id: member.userId, email: member.email })), customer: id };
  };
  return { account, plan, lifetime, tell, customer };
}
