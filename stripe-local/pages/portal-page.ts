import type Stripe from "stripe";
import type { Account } from "../account.ts";
import type { StripeAccount } from "../driver.ts";
import { day, type Html, html, money } from "./html.ts";
import { button, chooser, goTo, pageShell } from "./layout.ts";
import { priceLabel, statusLabel } from "./words.ts";

type Session = Stripe.BillingPortal.Session;

/** A customer's own page: subscriptions and invoices. */
export function portalPage({ account }: StripeAccount, session: Session, problem = ""): Response {
  const features = account.get("billing_portal.configuration", session.configuration as string).features;
  const subscriptions = account.tables.subscription.all(session.customer).reverse();
  const invoices = account.tables.invoice.all(session.customer).reverse();
  const customer = account.get("customer", session.customer);
  const body = html`<h1>Your subscriptions at ${account.name}</h1><p class="soft">${customer.email}</p>
${problem && html`<p role="alert" class="bad">${problem}</p>`}
${subscriptions.map((subscription) => subscriptionView(account, subscription, features))}
${subscriptions.length === 0 && html`<p>There is none. What you subscribe to shows here.</p>`}
${features.invoice_history.enabled && invoicesView(invoices)}
${session.return_url && html`<p><a href="${session.return_url}">Back to ${account.name}</a></p>`}`;
  return pageShell(`Billing: ${account.name}`, body, { narrow: true, status: problem ? 400 : 200 });
}

function subscriptionView(
  account: Account,
  subscription: Stripe.Subscription,
  features: Stripe.BillingPortal.Configuration.Features,
): Html {
  const { id, items, cancel_at_period_end: ends, cancel_at } = subscription;
  const over = Boolean(subscription.ended_at);
  const next = day(Math.max(...items.data.map((item) => item.current_period_end)));
  const when = over
    ? `ended on ${day(subscription.ended_at ?? 0)}`
    : ends
      ? `ends on ${day(cancel_at ?? 0)}`
      : `renews on ${next}`;
  return html`<section aria-label="${items.data.map(({ price }) => priceLabel(account, price)).join(", ")}">
<p><span class="badge">${statusLabel(subscription)}</span> ${when}</p>
${items.data.map((item) => itemView(account, { subscription, item, features, over }))}
${
  !over &&
  html`<div class="row">
${features.subscription_update.enabled && chooser("Add", { what: "add", id }, choices(account, subscription, features))}
${subscription.status === "past_due" && button("Pay what is open", { what: "pay", id }, "main")}
${features.subscription_cancel.enabled && (ends ? button("Keep the subscription", { what: "keep", id }) : cancelButton(id, features))}
</div>`
}</section>`;
}

function cancelButton(
  id: string,
  { subscription_cancel: { mode } }: Stripe.BillingPortal.Configuration.Features,
): Html {
  const now = mode === "immediately";
  const label = now ? "Cancel the subscription now" : "Cancel at the end of the period";
  return button(label, { what: now ? "cancel" : "end", id }, "danger");
}

interface ItemPlace {
  subscription: Stripe.Subscription;
  item: Stripe.SubscriptionItem;
  features: Stripe.BillingPortal.Configuration.Features;
  over: boolean;
}

function itemView(account: Account, { subscription, item, features, over }: ItemPlace): Html {
  const { id } = subscription;
  const open = !over && features.subscription_update.enabled;
  return html`<div class="row between item"><span>${priceLabel(account, item.price)}</span>
${
  open &&
  html`<span class="row">${chooser("Switch", { what: "switch", id, item: item.id }, choices(account, subscription, features))}
${subscription.items.data.length > 1 && button("Remove", { what: "remove", id, item: item.id }, "danger")}</span>`
}</div>`;
}

/** The prices that the configuration offers, or all, without those that are there. */
function choices(
  account: Account,
  subscription: Stripe.Subscription,
  { subscription_update: { products } }: Stripe.BillingPortal.Configuration.Features,
): { value: string; label: string }[] {
  const offered = Array.isArray(products) ? new Set(products.flatMap(({ prices }) => prices)) : null;
  return account.tables.price
    .all()
    .filter(({ id, active, recurring }) => recurring && (offered ? offered.has(id) : active))
    .filter(
      ({ id, currency }) =>
        currency === subscription.currency && !subscription.items.data.some(({ price }) => price.id === id),
    )
    .map((price) => ({ value: price.id, label: priceLabel(account, price) }));
}

function invoicesView(invoices: Stripe.Invoice[]): Html {
  return html`<section><h2>Invoices</h2>${invoices.length === 0 && html`<p>None yet.</p>`}
${invoices.map(
  (invoice) => html`<div class="row between"><span>${day(invoice.created)} <code>${invoice.number}</code></span>
<span>${money(invoice.total, invoice.currency)} <span class="badge">${invoice.status}</span></span></div>`,
)}</section>`;
}

/** The customer pressed a button, for a subscription of their own. */
export function changeHere(driven: StripeAccount, session: Session, form: URLSearchParams): Response {
  const { account } = driven;
  const [id, item, value] = [form.get("id") ?? "", form.get("item") ?? "", form.get("value") ?? ""];
  const subscription = account.get("subscription", id);
  if (subscription.customer !== session.customer) return portalPage(driven, session, "That subscription is not yours.");
  const priceOf = () => subscription.items.data.find((each) => each.id === item)?.price.id ?? "";
  const deeds: Record<string, () => unknown> = {
    add: () => driven.addPrice(id, value),
    switch: () => driven.switchPrice(id, { from: priceOf(), to: value }),
    remove: () => driven.removePrice(id, priceOf()),
    end: () => driven.cancelAtPeriodEnd(id),
    cancel: () => driven.cancel(id),
    keep: () => driven.keep(id),
    pay: () => driven.pay(id),
  };
  deeds[form.get("what") ?? ""]?.();
  return goTo(`/portal/${session.id}`);
}
