import type { StripeAccount } from "../driver.ts";
import { StripeFailure } from "../failures.ts";
import type { Pages } from "../server.ts";
import { checkoutPage, payHere } from "./checkout-page.ts";
import { DEEDS } from "./control-deeds.ts";
import { controlPage } from "./control-page.ts";
import { html } from "./html.ts";
import { goTo, pageShell } from "./layout.ts";
import { changeHere, portalPage } from "./portal-page.ts";

/** The pages that people see: checkout, portal, and the one that plays the rest of the world. */
export function pagesFor(accounts: StripeAccount[]): Pages {
  return async (request) => {
    const url = new URL(request.url);
    const form = request.method === "POST" ? new URLSearchParams(await request.text()) : null;
    const [, page = "", id = ""] = url.pathname.split("/");
    if (page === "checkout") return checkout(accounts, id, form);
    if (page === "portal") return portal(accounts, id, form);
    if (page === "") return control(accounts, url, form);
    return null;
  };
}

function checkout(accounts: StripeAccount[], id: string, form: URLSearchParams | null): Response {
  for (const driven of accounts) {
    const session = driven.account.tables["checkout.session"].get(id);
    if (session) return form ? payHere(driven, session, form) : checkoutPage(driven, session);
  }
  return unknown();
}

function portal(accounts: StripeAccount[], id: string, form: URLSearchParams | null): Response {
  for (const driven of accounts) {
    const session = driven.account.tables["billing_portal.session"].get(id);
    if (!session) continue;
    if (!form) return portalPage(driven, session);
    try {
      return changeHere(driven, session, form);
    } catch (error) {
      return portalPage(driven, session, wordsOf(error));
    }
  }
  return unknown();
}

async function control(accounts: StripeAccount[], url: URL, form: URLSearchParams | null): Promise<Response> {
  const wanted = url.searchParams.get("account");
  const driven = accounts.find(({ id }) => id === wanted) ?? accounts[0];
  if (!driven) return unknown();
  if (!form) return controlPage(driven, accounts);
  try {
    const [id, value] = [form.get("id") ?? "", form.get("value") ?? ""];
    await DEEDS[form.get("what") ?? ""]?.(driven, { id, value, all: form });
  } catch (error) {
    return controlPage(driven, accounts, wordsOf(error));
  }
  return goTo(`/?account=${driven.id}`);
}

function wordsOf(error: unknown): string {
  if (error instanceof StripeFailure) return error.message;
  throw error;
}

function unknown(): Response {
  const body = html`<h1>There is no such page.</h1><p>It may be of an earlier start of the stand-in.</p>`;
  return pageShell("Not found", body, { narrow: true, status: 404 });
}
