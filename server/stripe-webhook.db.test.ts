import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { freshTenant, withShop } from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

const shop = withShop();
let server: Awaited<ReturnType<typeof listenDataPlane>>;
let event: object;

beforeAll(async () => {
  server = await listenDataPlane();
});
afterAll(() => server.close());
beforeEach(() => {
  shop.subscribed([shop.plan, shop.addOn]);
  event = shop.t.account.events().findLast(({ type }) => type === "customer.subscription.created") ?? {};
});

interface Posted {
  body?: string | Buffer;
  signature?: string;
  path?: string;
}

async function post({ body = JSON.stringify(event), signature, path = shop.t.webhookPath }: Posted) {
  const headers = { "content-type": "application/json", ...(signature ? { "stripe-signature": signature } : {}) };
  const answer = await rawRequest(server.port, { method: "POST", path, body, headers });
  return { status: answer.status, said: JSON.parse(answer.body.toString() || "{}") as Record<string, string> };
}

const signed = (of: object = event, how: { secret?: string; timestamp?: number } = {}) =>
  shop.t.account.signed(of, how);
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const stored = () => db().stripeEvent.count({ where: { tenantId: shop.t.tenant.id } });

describe("the webhook", () => {
  it("takes what Stripe has signed, once", async () => {
    expect(await post(signed())).toMatchObject({ status: 200, said: { outcome: "1 membership added, 1 grant given" } });
    expect(await shop.pull()).toBe("allowed");
    expect(await post(signed())).toMatchObject({ status: 200, said: { outcome: "received before" } });
  });

  it("keeps what it has no use for, and says so", async () => {
    const other = { ...event, type: "customer.discount.created" };
    expect(await post(signed(other))).toMatchObject({
      status: 200,
      said: { outcome: expect.stringMatching(/^ignored/) },
    });
    expect(await stored()).toBe(1);
  });

  const REFUSED: Record<string, () => Posted> = {
    "without a signature": () => ({ body: JSON.stringify(event) }),
    "with another endpoint’s secret": () => signed(event, { secret: "whsec_of_somebody_else_entirely" }),
    "with a body that was changed": () => ({ ...signed(), body: JSON.stringify({ ...event, livemode: true }) }),
    "with a header that is none": () => ({ ...signed(), signature: "t=now" }),
    "with a timestamp 301 seconds old": () => signed(event, { timestamp: inSeconds(-302) }),
    "with a timestamp 61 seconds ahead": () => signed(event, { timestamp: inSeconds(63) }),
    "of the other mode": () => signed({ ...event, livemode: true }),
    "of another account": () => signed({ ...event, account: "acct_other" }),
    "that is signed and no event": () => signed({ hello: "there" }),
  };

  it.each(Object.entries(REFUSED))(
    "refuses an event %s with 400, says why, and stores nothing",
    async (_name, made) => {
      const before = await shop.t.rows();
      const { status, said } = await post(made());
      expect([status, said.code]).toEqual([400, "invalid"]);
      expect(said.detail).toMatch(/\w{3,}.*[.:]/);
      expect(await shop.t.rows()).toEqual(before);
    },
  );

  it("takes timestamps within the bounds", async () => {
    for (const seconds of [-290, 50])
      expect((await post(signed(event, { timestamp: inSeconds(seconds) }))).status).toBe(200);
  });

  it("refuses 10 MB with 413, and stores nothing", async () => {
    const before = await shop.t.rows();
    const body = Buffer.alloc(10_000_000, "x");
    expect((await post({ ...signed(), body })).status).toBe(413);
    expect(await shop.t.rows()).toEqual(before);
  });

  it("is not there for an unknown tenant and for one without an account, in the same words", async () => {
    const { tenant } = await freshTenant();
    const answers: [number, string | undefined][] = [];
    for (const slug of ["no-such-workspace", tenant.slug, "%2e%2e", ""]) {
      const { status, said } = await post({ ...signed(), path: `/api/stripe/webhook/${slug}` });
      answers.push([status, said.detail]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set(['[404,"There is no such webhook."]']),
    );
  });

  it("takes no other method", async () => {
    const { status } = await rawRequest(server.port, { path: shop.t.webhookPath });
    expect(status).toBe(405);
  });

  it("lets Stripe come again where Stripe itself can’t be asked, and keeps what went wrong", async () => {
    shop.stripe.fail({ status: 503, times: 3, path: /subscriptions/ });
    expect((await post(signed())).status).toBe(503);
    expect(await db().stripeEvent.findFirst({ where: { tenantId: shop.t.tenant.id } })).toMatchObject({
      attempts: 1,
      processedAt: null,
      error: expect.stringContaining("Stripe"),
    });
    expect((await post(signed())).status).toBe(200);
    expect(await db().stripeEvent.findFirst({ where: { tenantId: shop.t.tenant.id } })).toMatchObject({
      attempts: 2,
      error: null,
    });
  });

  it("makes one effect of one event that comes 1,000 times, 50 at a time", async () => {
    const delivery = signed();
    let left = 1000;
    const statuses = new Map<number, number>();
    const client = async () => {
      while (left-- > 0) {
        const { status } = await post(delivery);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 50 }, client));
    expect(statuses).toEqual(new Map([[200, 1000]]));
    expect(await stored()).toBe(1);
    expect(await shop.grants()).toHaveLength(1);
    expect(await shop.deeds()).toEqual(["billing.subscription_changed stripe", "entitlement.granted stripe"]);
  });

  it("gives what a price of another tenant pays for to nobody", async () => {
    const foreign = shop.t.account.price({ name: "Unknown here" }).id;
    const other = await shop.t.addCustomer();
    shop.bought([foreign], other.customer);
    const bought = shop.t.account.events().findLast(({ type }) => type === "customer.subscription.created") ?? {};
    expect(await post(signed(bought))).toMatchObject({ status: 200, said: { outcome: "nothing changed" } });
    expect(await shop.pull(other)).toBe("membership_inactive");
  });
});
