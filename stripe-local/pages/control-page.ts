import type Stripe from "stripe";
import type { StripeAccount } from "../driver.ts";
import type { DeliveryMode } from "../outbox.ts";
import { customerView } from "./customer-view.ts";
import { eventsView } from "./events-view.ts";
import { type Html, html } from "./html.ts";
import { button, hidden, pageShell } from "./layout.ts";
import { priceLabel } from "./words.ts";

const MODES: Record<DeliveryMode, string> = {
  "at-once": "At once, in order",
  late: "4 seconds late",
  doubled: "Each one twice",
  shuffled: "Shuffled, 1.5 seconds late",
  "by-hand": "By hand",
};

/** Everything that can happen at Stripe, for whoever tries Purser. */
export function controlPage(driven: StripeAccount, all: StripeAccount[], problem = ""): Response {
  const { account } = driven;
  const customers = account.tables.customer.all().reverse();
  const body = html`<h1>${account.name} at the stand-in</h1>
${problem && html`<p role="alert" class="bad">${problem}</p>`}
${all.length > 1 && html`<nav aria-label="Accounts" class="row">${all.map((each) => html`<a href="/?account=${each.id}">${each.account.name}</a>`)}</nav>`}
${accountView(driven)}${deliveryView(driven)}
<section><h2>Customers</h2>${customers.length === 0 && html`<p>Nobody bought anything yet: open the storefront in Purser.</p>`}
${customers.map((customer) => customerView(driven, customer))}</section>
${pricesView(driven)}${eventsView(driven)}`;
  return pageShell(`Stripe stand-in: ${account.name}`, body, { status: problem ? 400 : 200 });
}

function accountView({ account, id }: StripeAccount): Html {
  const endpoints = account.tables.webhook_endpoint.all();
  return html`<section><h2>Account</h2><p><code>${id}</code></p>
<p>Keys to connect Purser with: ${[...account.keys.keys()].map((key) => html`<code>${key}</code> `)}</p>
${endpoints.map((endpoint: Stripe.WebhookEndpoint) => html`<p>Events go to <code>${endpoint.url}</code> (${endpoint.status}), signed with <code>${account.secrets.get(endpoint.id)}</code></p>`)}
${endpoints.length === 0 && html`<p>Events go nowhere yet: connecting Purser with a key makes the endpoint.</p>`}
<p>Its clock says ${new Date(account.now() * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC.</p>
<form method="post" class="inline">${hidden({ what: "advance" })}
<label>Move it on by <input name="value" type="number" min="1" max="4000" value="31" style="width: 5rem"> days</label>
<button>Move the clock</button></form>
<p class="soft">Renewals and ends happen on the way. Purser’s own clock stays where it is.</p></section>`;
}

function deliveryView({ outbox }: StripeAccount): Html {
  const radios = Object.entries(MODES).map(
    ([mode, label]) =>
      html`<label><input type="radio" name="value" value="${mode}"${outbox.mode === mode && html` checked`}> ${label}</label>`,
  );
  const waiting = outbox.pending.length;
  return html`<section><h2>How events are delivered</h2>
<form method="post" class="row">${hidden({ what: "mode" })}${radios}<button>Deliver so</button></form>
<p>${waiting === 0 ? "None waits." : `${waiting} ${waiting === 1 ? "event waits" : "events wait"}.`}
${waiting > 0 && button("Send them now", { what: "deliver" })}</p></section>`;
}

function pricesView({ account }: StripeAccount): Html {
  const prices = account.tables.price.all().reverse();
  return html`<section><h2>Prices</h2>
${prices.map((price) => html`<p>${priceLabel(account, price)} <code>${price.id}</code>${!price.active && " (no longer sold)"}</p>`)}
<form method="post" class="row">${hidden({ what: "price" })}
<label>Name <input name="name" required maxlength="80"></label>
<label>Amount <input name="amount" type="number" min="0" step="0.01" value="19.00" required style="width: 7rem"></label>
<label>Paid <select name="interval"><option value="month">each month</option><option value="year">each year</option><option value="">once</option></select></label>
<button>Make a price</button></form></section>`;
}
