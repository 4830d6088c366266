import type Stripe from "stripe";
import { expireCheckout, type PayWith, payCheckout } from "../commerce/checkout.ts";
import type { StripeAccount } from "../driver.ts";
import { StripeFailure } from "../failures.ts";
import { type Html, html, money } from "./html.ts";
import { button, goTo, pageShell } from "./layout.ts";
import { amountLabel } from "./words.ts";

/** What is bought, what it costs, and the ways to pay. */
export function checkoutPage({ account }: StripeAccount, session: Stripe.Checkout.Session, problem = ""): Response {
  if (session.status !== "open") return overPage(account.name, session);
  const lines = account.checkouts.get(session.id)?.lines ?? [];
  const { customer, amount_total: total, currency } = session;
  const email = account.tables.customer.get(String(customer))?.email ?? session.customer_email;
  const verb = session.mode === "subscription" ? "Subscribe" : "Pay";
  const amount = money(total, currency ?? "usd");
  const body = html`<h1>${verb} at ${account.name}</h1>
<section aria-label="Order">${lines.map((line) => lineView(account, line))}
<p class="total">${amount}</p>${email && html`<p class="soft">For ${email}</p>`}</section>
${problem && html`<p role="alert" class="bad">${problem}</p>`}
<div class="stack">
${button(`Pay ${amount} with card 4242`, { how: "card" }, "main")}
${button("Try a card that is refused", { how: "declined" })}
${session.mode === "payment" && button("Pay by a way that takes days", { how: "later" })}
${button("Cancel and go back", { how: "cancel" })}</div>`;
  return pageShell(`Checkout: ${account.name}`, body, { narrow: true, status: problem ? 402 : 200 });
}

function lineView(account: StripeAccount["account"], { price, quantity, amount_total }: Stripe.LineItem): Html {
  const product = price && account.tables.product.get(price.product as string);
  return html`<div class="row between"><div><strong>${product?.name}</strong>
<p class="soft">${price?.nickname !== product?.name && price?.nickname} ${price && amountLabel(price)}${(quantity ?? 1) > 1 && ` × ${quantity}`}</p></div>
<span>${money(amount_total, price?.currency ?? "usd")}</span></div>`;
}

function overPage(name: string, session: Stripe.Checkout.Session): Response {
  const words = session.status === "complete" ? "This was paid already." : "This page is no longer open.";
  const back =
    session.success_url && html`<p><a href="${placed(session, session.success_url)}">Back to ${name}</a></p>`;
  return pageShell("Checkout", html`<h1>${words}</h1>${session.status === "complete" && back}`, { narrow: true });
}

/** The buyer pressed a button. */
export function payHere(driven: StripeAccount, session: Stripe.Checkout.Session, form: URLSearchParams): Response {
  const { account } = driven;
  const how = form.get("how") ?? "card";
  // As at Stripe, who goes back may come again: the page stays open.
  if (how === "cancel") return goTo(session.cancel_url ?? session.success_url ?? "/");
  if (how === "expire") {
    expireCheckout(account, session);
    return overPage(account.name, session);
  }
  try {
    payCheckout(account, session, how as PayWith);
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error;
    return checkoutPage(driven, session, error.message);
  }
  return goTo(placed(session, session.success_url ?? "/"));
}

function placed({ id }: Stripe.Checkout.Session, url: string): string {
  return url.replace("{CHECKOUT_SESSION_ID}", id);
}
