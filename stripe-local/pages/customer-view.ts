import type Stripe from "stripe";
import { invoicesOf } from "../commerce/invoices.ts";
import type { StripeAccount } from "../driver.ts";
import { day, type Html, html, money } from "./html.ts";
import { button } from "./layout.ts";
import { priceLabel, statusLabel } from "./words.ts";

/** A customer with all that they bought, and what can happen to it. */
export function customerView(driven: StripeAccount, customer: Stripe.Customer): Html {
  const { account } = driven;
  const { id } = customer;
  const refused = account.cards.get(id) === "declines";
  const subscriptions = account.tables.subscription.all(id).reverse();
  const charges = account.tables.charge.all(id).filter(({ status }) => status === "succeeded");
  return html`<article class="card" aria-label="${customer.email ?? id}"><div class="row between"><strong>${customer.email ?? id}</strong>
${button(refused ? "Let the card pay again" : "Let the card be refused", { what: "card", id, value: refused ? "pays" : "declines" })}</div>
<p class="soft"><code>${id}</code>${refused && " · the next payments are refused"}</p>
${subscriptions.map((subscription) => subscriptionView(driven, subscription))}
${charges.length > 0 && html`<h3>Payments</h3>${charges.reverse().map((charge) => chargeView(driven, charge))}`}</article>`;
}

function subscriptionView({ account }: StripeAccount, subscription: Stripe.Subscription): Html {
  const { id, status, items, cancel_at_period_end: ends, ended_at } = subscription;
  const open = invoicesOf(account, subscription).some((invoice) => invoice.status === "open");
  const until = day(Math.max(...items.data.map((item) => item.current_period_end)));
  const what = items.data.map(({ price }) => priceLabel(account, price)).join(" + ");
  return html`<section class="card" aria-label="${what}"><div class="row between"><span>${what}</span>
<span class="badge">${statusLabel(subscription)}</span></div>
<p class="soft"><code>${id}</code> ${ended_at ? `ended ${day(ended_at)}` : `${ends ? "ends" : "paid until"} ${until}`}</p>
${
  !ended_at &&
  html`<div class="row">
${status === "active" && button("Let the renewal fail", { what: "pastDue", id })}
${open && button("Pay", { what: "pay", id }, "main")}
${status === "past_due" && button("Give up: unpaid", { what: "unpaid", id })}
${status === "active" && button("Pause", { what: "pause", id })}
${status === "paused" && button("Resume", { what: "resume", id })}
${status === "active" && button("Renew now", { what: "renew", id })}
${ends ? button("Keep", { what: "keep", id }) : button("Cancel at period end", { what: "end", id })}
${button("Cancel now", { what: "cancel", id }, "danger")}</div>`
}</section>`;
}

function chargeView({ account }: StripeAccount, charge: Stripe.Charge): Html {
  const { id, amount, amount_refunded: back, currency } = charge;
  const left = amount - back;
  const dispute = account.tables.dispute.all(id).at(-1);
  const open = dispute && dispute.status !== "won" && dispute.status !== "lost";
  return html`<div class="row" role="group" aria-label="Payment of ${money(amount, currency)}, ${id}"><span>${money(amount, currency)} on ${day(charge.created)} <code>${id}</code></span>
${back > 0 && html`<span class="badge">${money(back, currency)} refunded</span>`}
${dispute && html`<span class="badge">dispute ${open ? "open" : dispute.status}</span>`}
${left > 0 && button("Refund", { what: "refund", id })}
${left > 1 && button("Refund half", { what: "refund", id, value: String(Math.floor(left / 2)) })}
${!dispute && button("Dispute", { what: "dispute", id })}
${open && button("Dispute won", { what: "closeDispute", id: dispute.id, value: "won" })}
${open && button("Dispute lost", { what: "closeDispute", id: dispute.id, value: "lost" })}</div>`;
}
