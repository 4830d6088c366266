import type Stripe from "stripe";
import type { Account } from "../account.ts";

/** A page on which a customer looks after their subscriptions, for a while. */
export function portalSession(
  account: Account,
  asked: { customer: string; back: string | null; configuration?: string; baseUrl: string },
): Stripe.BillingPortal.Session {
  const id = account.newId("billing_portal.session");
  const configuration = asked.configuration
    ? account.get("billing_portal.configuration", asked.configuration, "configuration")
    : standard(account);
  return account.add("billing_portal.session", {
    id,
    object: "billing_portal.session",
    configuration: configuration.id,
    created: account.now(),
    customer: account.get("customer", asked.customer, "customer").id,
    customer_account: null,
    flow: null,
    livemode: false,
    locale: null,
    on_behalf_of: null,
    return_url: asked.back,
    url: `${asked.baseUrl}/portal/${id}`,
  });
}

/** What a portal page offers. */
export function portalConfiguration(
  account: Account,
  asked: { features: object; metadata?: Stripe.Metadata; name?: string | null; isDefault?: boolean },
): Stripe.BillingPortal.Configuration {
  const created = account.now();
  const row = account.add("billing_portal.configuration", {
    id: account.newId("billing_portal.configuration"),
    object: "billing_portal.configuration",
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    created,
    default_return_url: null,
    features: { ...FEATURES, ...asked.features } as unknown as Stripe.BillingPortal.Configuration.Features,
    is_default: asked.isDefault ?? false,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: asked.metadata ?? {},
    name: asked.name ?? null,
    updated: created,
  });
  account.emit("billing_portal.configuration.created", row);
  return row;
}

// What a configuration says nothing about is off; the standard one lets a customer do everything.
const FEATURES = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false },
  subscription_cancel: { enabled: false, mode: "at_period_end", proration_behavior: "none" },
  subscription_pause: { enabled: false },
  subscription_update: { default_allowed_updates: [], enabled: false, products: null, proration_behavior: "none" },
};
const STANDARD = {
  invoice_history: { enabled: true },
  subscription_cancel: { ...FEATURES.subscription_cancel, enabled: true },
  subscription_update: { ...FEATURES.subscription_update, default_allowed_updates: ["price"], enabled: true },
};

function standard(account: Account): Stripe.BillingPortal.Configuration {
  const rows = account.tables["billing_portal.configuration"].all();
  return rows.find((row) => row.is_default) ?? portalConfiguration(account, { features: STANDARD, isDefault: true });
}
