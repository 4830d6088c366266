import type Stripe from "stripe";
import type { StripeAccount } from "../driver.ts";
import type { Delivery } from "../outbox.ts";
import { type Html, html } from "./html.ts";
import { button } from "./layout.ts";

const SHOWN = 60;

/** What happened last, and how its delivery went. */
export function eventsView({ account, outbox }: StripeAccount): Html {
  const events = account.tables.event.all().slice(-SHOWN).reverse();
  const waiting = new Set(outbox.pending.map(({ id }) => id));
  const attempts = Map.groupBy(outbox.log, ({ event }) => event);
  const row = (event: Stripe.Event) => html`<tr><td>${new Date(event.created * 1000).toISOString().slice(11, 19)}</td>
<td>${event.type}<br><code>${event.id}</code></td>
<td>${deliveryView(attempts.get(event.id) ?? [], waiting.has(event.id))}</td>
<td>${outbox.isWanted(event) && button("Send again", { what: "send", id: event.id })}</td></tr>`;
  return html`<section><h2>Events</h2>${events.length === 0 && html`<p>None yet.</p>`}
${
  events.length > 0 &&
  html`<div class="scroll" tabindex="0" role="region" aria-label="Events"><table><thead><tr><th scope="col">Time, UTC</th><th scope="col">Event</th>
<th scope="col">Delivery</th><th scope="col">Once more</th></tr></thead><tbody>${events.map(row)}</tbody></table></div>`
}</section>`;
}

function deliveryView(attempts: Delivery[], waits: boolean): Html {
  const last = attempts.at(-1);
  if (!last) return html`${waits ? "waits" : "nobody wants it"}`;
  const fine = last.status >= 200 && last.status < 300;
  const words = last.status === 0 ? last.answer : `answered ${last.status}`;
  const times = attempts.length > 1 && ` (${attempts.length} times)`;
  return html`<span class="${fine ? "good" : "bad"}">${words}</span>${times}${waits && !fine && ", will be tried again"}`;
}
