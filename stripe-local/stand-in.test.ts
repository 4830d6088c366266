import Stripe from "stripe";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type StripeAccount, type StripeLocal, startStripeLocal } from "./index.ts";

let local: StripeLocal;
let acme: StripeAccount;
let sdk: Stripe;

beforeAll(async () => {
  local = await startStripeLocal();
});
afterAll(() => local.stop());
beforeEach(() => {
  acme = local.addAccount();
  sdk = clientFor(acme.key);
});

function clientFor(key: string): Stripe {
  const { hostname, port } = new URL(local.url);
  return new Stripe(key, { host: hostname, port, protocol: "http", maxNetworkRetries: 0, telemetry: false });
}

describe("the stand-in's API", () => {
  it("keeps the accounts of two keys apart", async () => {
    const mine = await sdk.customers.create({ email: "ana@customer.example", metadata: { purser_member: "1" } });
    const other = clientFor(local.addAccount().key);

    expect((await sdk.customers.retrieve(mine.id)).id).toBe(mine.id);
    await expect(other.customers.retrieve(mine.id)).rejects.toMatchObject({
      statusCode: 404,
      code: "resource_missing",
    });
    expect((await other.customers.list()).data).toEqual([]);
  });

  it("refuses no key and a wrong one with 401, and what a restricted key lacks with 403", async () => {
    await expect(clientFor("sk_test_wrong").customers.list()).rejects.toMatchObject({
      type: "StripeAuthenticationError",
    });
    const key = acme.addKey(new Set(["rak_customer_write", "rak_product_read"]));

    await clientFor(key).customers.create({});
    await clientFor(key).customers.list();
    await expect(clientFor(key).products.create({ name: "x" })).rejects.toMatchObject({
      type: "StripePermissionError",
    });
    await expect(clientFor(key).subscriptions.list()).rejects.toThrow(/rak_subscription_read/);
  });

  it("names the parameter that is missing, unknown or wrong", async () => {
    await expect(sdk.subscriptions.list({ limit: 101 })).rejects.toMatchObject({ statusCode: 400, param: "limit" });
    const odd = { customers: "x" } as Stripe.SubscriptionListParams;
    await expect(sdk.subscriptions.list(odd)).rejects.toMatchObject({ code: "parameter_unknown", param: "customers" });
    const none = {} as Stripe.SubscriptionCreateParams;
    await expect(sdk.subscriptions.create(none)).rejects.toMatchObject({
      code: "parameter_missing",
      param: "customer",
    });
  });

  it("pages through a list, newest first, without losing one", async () => {
    const made = Array.from({ length: 7 }, (_, at) => acme.customer({ name: String(at) }).id);
    const seen: string[] = [];
    for await (const { id } of sdk.customers.list({ limit: 3 })) seen.push(id);
    expect(seen).toEqual(made.reverse());
  });

  it("does once what is asked twice under one idempotency key, and refuses another request under it", async () => {
    const again = { idempotencyKey: "once" };
    const first = await sdk.customers.create({ name: "Ana" }, again);
    expect((await sdk.customers.create({ name: "Ana" }, again)).id).toBe(first.id);
    await expect(sdk.customers.create({ name: "Ben" }, again)).rejects.toMatchObject({
      type: "StripeIdempotencyError",
    });
    expect((await sdk.customers.list()).data).toHaveLength(1);
  });

  it("puts objects in the place of their ids where it is asked to, four levels deep and no deeper", async () => {
    const { subscription } = acme.buy(acme.customer().id, [acme.price().id]);
    const found = await sdk.subscriptions.list({
      status: "all",
      expand: ["data.latest_invoice.payments", "data.customer"],
    });
    expect(found.data[0]).toMatchObject({
      id: subscription?.id,
      customer: { object: "customer" },
      latest_invoice: { status: "paid", payments: { data: [{ status: "paid" }] } },
    });
    const deep = { expand: ["data.latest_invoice.payments.data.payment"] };
    await expect(sdk.subscriptions.list(deep)).rejects.toThrow(/more than 4 levels/);
    await expect(sdk.subscriptions.list({ expand: ["data.nothing"] })).rejects.toThrow(/cannot be expanded/);
  });

  it("answers 429 and 500 on demand, and keeps back an answer that is made", async () => {
    local.fail({ status: 429 });
    await expect(sdk.customers.list()).rejects.toMatchObject({ type: "StripeRateLimitError" });
    await sdk.customers.list();

    const hold = local.hold(/GET \/v1\/customers$/);
    const old = sdk.customers.list();
    await hold.reached;
    acme.customer();
    hold.release();
    expect((await old).data).toEqual([]);
  });
});

describe("what can be bought", () => {
  it("is a subscription and a payment, each with its session, charge and events", async () => {
    const customer = await sdk.customers.create({ email: "ana@customer.example" });
    const [monthly, once] = [acme.price(), acme.price({ interval: null, amount: 9900 })];
    const { subscription, payment, paymentSession } = acme.buy(customer.id, [monthly.id, once.id]);

    expect(await sdk.subscriptions.retrieve(subscription?.id ?? "")).toMatchObject({ status: "active" });
    const session = await sdk.checkout.sessions.retrieve(paymentSession?.id ?? "", { expand: ["line_items"] });
    expect(session).toMatchObject({ payment_status: "paid", payment_intent: payment, amount_total: 9900 });
    expect(session.line_items?.data[0]?.price?.id).toBe(once.id);
    expect((await sdk.charges.list({ customer: customer.id })).data).toHaveLength(2);
    expect(acme.events().map(({ type }) => type)).toEqual(
      expect.arrayContaining(["checkout.session.completed", "customer.subscription.created", "invoice.paid"]),
    );
  });

  it("falls past due, is paid, paused, resumed, changed and canceled", async () => {
    const [plan, addOn] = [acme.price(), acme.price({ amount: 500 })];
    const id = acme.buy(acme.customer().id, [plan.id]).subscription?.id ?? "";
    const since = new Date(Date.now() - 10 * 86_400_000);

    const pastDue = acme.pastDue(id, since);
    const invoice = await sdk.invoices.retrieve(pastDue.latest_invoice as string);
    expect([pastDue.status, invoice.status]).toEqual(["past_due", "open"]);
    expect(invoice.status_transitions.finalized_at).toBe(Math.floor(since.getTime() / 1000));
    expect(acme.pay(id).status).toBe("active");
    expect(acme.pause(id).status).toBe("paused");
    expect(acme.resume(id).status).toBe("active");
    expect(acme.addPrice(id, addOn.id).items.data).toHaveLength(2);
    expect(acme.removePrice(id, plan.id).items.data.map(({ price }) => price.id)).toEqual([addOn.id]);
    expect(acme.cancelAtPeriodEnd(id)).toMatchObject({ status: "active", cancel_at_period_end: true });
    acme.advance({ days: 40 });
    expect(await sdk.subscriptions.retrieve(id)).toMatchObject({ status: "canceled" });
    expect((await sdk.subscriptions.list()).data).toEqual([]);
    expect((await sdk.subscriptions.list({ status: "all" })).data).toHaveLength(1);
  });

  it("is refunded in part and in full, never beyond, and disputed", async () => {
    const { payment } = acme.buy(acme.customer().id, [acme.price({ interval: null, amount: 1000 }).id]);
    const charge = acme.chargeOf(payment ?? "").id;
    acme.refund(charge, 400);
    expect(await sdk.charges.retrieve(charge)).toMatchObject({ amount_refunded: 400, refunded: false });
    await expect(sdk.refunds.create({ charge, amount: 601 })).rejects.toMatchObject({ param: "amount" });
    const rest = await sdk.refunds.create({ payment_intent: payment ?? "" });
    expect(await sdk.charges.retrieve(charge)).toMatchObject({ amount_refunded: 1000, refunded: true });
    acme.failRefund(rest.id);
    expect(await sdk.charges.retrieve(charge)).toMatchObject({ amount_refunded: 400, refunded: false });

    const dispute = acme.dispute(charge);
    expect((await sdk.disputes.list({ charge })).data).toMatchObject([{ id: dispute.id, status: "needs_response" }]);
    acme.closeDispute(dispute.id, "won");
    expect(await sdk.disputes.retrieve(dispute.id)).toMatchObject({ status: "won" });
  });

  it("fails with 402 where the card is refused, and leaves the page open", async () => {
    const session = await sdk.checkout.sessions.create({
      mode: "subscription",
      customer: acme.customer().id,
      line_items: [{ price: acme.price().id, quantity: 1 }],
      success_url: "http://purser.test/thanks",
    });
    expect(session.url).toBe(`${local.url}/checkout/${session.id}`);
    expect(() => acme.payCheckout(session.id, "declined")).toThrow("Your card was declined.");
    expect(acme.payCheckout(session.id)).toMatchObject({ status: "complete", payment_status: "paid" });
  });
});

describe("its events", () => {
  it("are signed as the SDK expects, in any order and number, and wait until they are taken", async () => {
    acme.price();
    const seen: string[] = [];
    let status = 500;
    const to = async (request: Request) => {
      const signature = request.headers.get("stripe-signature") ?? "";
      seen.push(sdk.webhooks.constructEvent(await request.text(), signature, acme.webhookSecret).type);
      return new Response("", { status });
    };
    await acme.deliver({ to });
    status = 200;
    await acme.deliver({ to, order: "reversed", times: 2 });
    expect(seen).toEqual([
      "product.created",
      "price.created",
      ...["price.created", "price.created", "product.created", "product.created"],
    ]);
    expect(acme.outbox.pending).toEqual([]);
    expect(await sdk.events.retrieve(acme.events()[0]?.id ?? "")).toMatchObject({ type: "product.created" });
  });
});
