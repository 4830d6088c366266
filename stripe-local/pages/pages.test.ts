import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type StripeLocal, startStripeLocal } from "../index.ts";

let local: StripeLocal;
let customer: string;
let plan: string;

beforeEach(async () => {
  local = await startStripeLocal();
  customer = local.customer({ email: "ana@customer.example" }).id;
  plan = local.price({ name: "Membership <b>" }).id;
});
afterEach(() => local.stop());

async function call(at: string, form: Record<string, string>): Promise<{ id: string; url: string }> {
  const headers = { authorization: `Bearer ${local.key}` };
  const response = await fetch(local.url + at, { method: "POST", headers, body: new URLSearchParams(form) });
  return (await response.json()) as { id: string; url: string };
}

function press(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" });
}

function newCheckout() {
  return call("/v1/checkout/sessions", {
    mode: "subscription",
    customer,
    "line_items[0][price]": plan,
    success_url: "http://purser.test/thanks?session={CHECKOUT_SESSION_ID}",
    cancel_url: "http://purser.test/store",
  });
}

/** What a browser gets that was led to this server by another name. */
function statusUnderName(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(local.url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
}

describe("the checkout page", () => {
  it("says what is bought and for how much, with names as text, and sends the buyer back when it is paid", async () => {
    const { id, url } = await newCheckout();
    const page = await (await fetch(url)).text();
    expect(page).toContain("Membership &#60;b&#62;");
    expect(page).toContain("Pay $19.00");

    const paid = await press(url, { how: "card" });
    expect([paid.status, paid.headers.get("location")]).toEqual([303, `http://purser.test/thanks?session=${id}`]);
    expect(local.account.tables.subscription.all(customer)).toMatchObject([{ status: "active" }]);
    expect(await (await fetch(url)).text()).toContain("paid already");
  });

  it("stays open where the card is refused or the buyer goes back", async () => {
    const { url } = await newCheckout();
    const refused = await press(url, { how: "declined" });
    expect([refused.status, await refused.text()]).toEqual([402, expect.stringContaining("Your card was declined.")]);
    expect((await press(url, { how: "cancel" })).headers.get("location")).toBe("http://purser.test/store");
    expect(local.account.tables.subscription.all(customer)).toEqual([]);
    expect((await press(url, { how: "card" })).status).toBe(303);
  });
});

describe("the portal page", () => {
  it("cancels, keeps, switches, adds and removes for its own customer alone", async () => {
    const { subscription } = local.buy(customer, [plan]);
    const id = subscription?.id ?? "";
    const yearly = local.price({ interval: "year" }).id;
    const { url } = await call("/v1/billing_portal/sessions", { customer });
    const item = () => subscription?.items.data[0]?.id ?? "";

    await press(url, { what: "end", id });
    expect(subscription).toMatchObject({ cancel_at_period_end: true });
    await press(url, { what: "keep", id });
    await press(url, { what: "switch", id, item: item(), value: yearly });
    await press(url, { what: "add", id, value: plan });
    expect(subscription?.items.data.map(({ price }) => price.id)).toEqual([yearly, plan]);
    await press(url, { what: "remove", id, item: item() });
    expect(subscription).toMatchObject({ cancel_at_period_end: false, items: { data: [{ price: { id: plan } }] } });

    const stranger = await call("/v1/billing_portal/sessions", { customer: local.customer().id });
    expect(await (await press(stranger.url, { what: "cancel", id })).text()).toContain("not yours");
    expect(subscription?.status).toBe("active");
  });
});

describe("the control page", () => {
  it("lets happen what happens at Stripe, and says why something can't", async () => {
    const { subscription, payment } = local.buy(customer, [plan, local.price({ interval: null }).id]);
    const id = subscription?.id ?? "";
    await press(local.url, { what: "pastDue", id });
    expect(subscription?.status).toBe("past_due");
    expect(await (await fetch(local.url)).text()).toContain("past due");
    const { id: charge } = local.chargeOf(payment ?? "");
    await press(local.url, { what: "refund", id: charge });
    const again = await press(local.url, { what: "refund", id: charge });
    expect([again.status, await again.text()]).toEqual([400, expect.stringContaining("already been refunded")]);
  });

  it("does nothing for another site", async () => {
    const evil = { origin: "http://evil.example" };
    expect((await press(local.url, { what: "mode", value: "late" }, evil)).status).toBe(404);
    expect(await statusUnderName("evil.example")).toBe(404);
    expect(await statusUnderName("localhost")).toBe(200);
    expect(local.outbox.mode).toBe("by-hand");
  });
});

it("goes on where it stopped, from its file, with what was not delivered", async () => {
  const dir = mkdtempSync(path.join(tmpdir(), "stripe-local-"));
  try {
    const stateFile = path.join(dir, "state.json");
    const first = await startStripeLocal({ stateFile });
    const price = first.price().id;
    const { id } = first.subscribe(first.customer().id, [price]);
    await first.deliver({ to: async () => new Response(""), only: ["price.created"] });
    await first.stop();

    const second = await startStripeLocal({ stateFile });
    expect([second.id, second.key]).toEqual([first.id, first.key]);
    expect(second.account.get("subscription", id)).toMatchObject({ status: "active" });
    expect(second.outbox.pending.map((event) => event.id)).toEqual(first.outbox.pending.map((event) => event.id));
    expect(second.cancel(id).status).toBe("canceled");
    await second.stop();
  } finally {
    rmSync(dir, { recursive: true });
  }
});
