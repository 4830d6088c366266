import { z } from "zod";
import type { Account } from "../account.ts";
import { expireCheckout, openCheckout } from "../commerce/checkout.ts";
import { portalConfiguration, portalSession } from "../commerce/portal.ts";
import { badParam } from "../failures.ts";
import { call } from "./call.ts";
import { pageOf } from "./page.ts";
import { accept, address, flag, mergeMetadata, metadata, paging, text, whole } from "./params.ts";

const line = z.strictObject({
  price: text,
  quantity: whole.min(1).default(1),
  ...accept("adjustable_quantity", "metadata", "tax_rates"),
});

const NewSession = z.strictObject({
  mode: z.enum(["payment", "subscription"]),
  line_items: z.array(line).min(1).max(100),
  success_url: address,
  cancel_url: address.optional(),
  customer: text.optional(),
  customer_email: text.optional(),
  client_reference_id: text.max(200).optional(),
  metadata: metadata.optional(),
  expires_at: whole.optional(),
  subscription_data: z
    .strictObject({
      metadata: metadata.optional(),
      trial_period_days: whole.min(1).optional(),
      ...accept("description", "billing_mode", "trial_settings", "proration_behavior", "invoice_settings"),
    })
    .optional(),
  payment_intent_data: z
    .strictObject({
      metadata: metadata.optional(),
      description: text.optional(),
      ...accept("receipt_email", "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix"),
    })
    .optional(),
  ...accept(
    "allow_promotion_codes",
    "automatic_tax",
    "billing_address_collection",
    "consent_collection",
    "customer_creation",
  ),
  ...accept(
    "customer_update",
    "custom_fields",
    "custom_text",
    "discounts",
    "invoice_creation",
    "locale",
    "submit_type",
  ),
  ...accept(
    "payment_method_collection",
    "payment_method_types",
    "payment_method_options",
    "saved_payment_method_options",
  ),
  ...accept(
    "phone_number_collection",
    "tax_id_collection",
    "adaptive_pricing",
    "branding_settings",
    "after_expiration",
  ),
  ...accept("ui_mode", "name_collection", "optional_items", "origin_context", "managed_payments", "shipping_options"),
});

const sessions = [
  call("POST /v1/checkout/sessions", "checkout_session", {
    params: NewSession,
    run(account, asked, { baseUrl }) {
      if (asked.customer) account.get("customer", asked.customer, "customer");
      if (asked.customer && asked.customer_email) {
        throw badParam("customer_email", "You may only specify one of these parameters: customer, customer_email.");
      }
      if (asked.mode === "payment" && asked.subscription_data) throw misplaced("subscription_data", "payment");
      if (asked.mode === "subscription" && asked.payment_intent_data)
        throw misplaced("payment_intent_data", "subscription");
      return openCheckout(account, { mode: asked.mode, lines: asked.line_items, baseUrl, ...planOf(asked) });
    },
  }),
  call("GET /v1/checkout/sessions", "checkout_session", {
    params: z.strictObject({
      ...paging,
      customer: text.optional(),
      payment_intent: text.optional(),
      subscription: text.optional(),
      status: z.enum(["open", "complete", "expired"]).optional(),
      ...accept("customer_details", "payment_link"),
    }),
    run({ tables }, { customer, payment_intent: intent, subscription, status, ...page }, { path }) {
      const rows = tables["checkout.session"]
        .all(customer)
        .filter((row) => !intent || row.payment_intent === intent)
        .filter((row) => !subscription || row.subscription === subscription)
        .filter((row) => !status || row.status === status);
      return pageOf(rows, path, page);
    },
  }),
  call("GET /v1/checkout/sessions/:id", "checkout_session", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("checkout.session", id),
  }),
  call("POST /v1/checkout/sessions/:id/expire", "checkout_session", {
    params: z.strictObject({}),
    run: (account, _, { id }) => expireCheckout(account, account.get("checkout.session", id)),
  }),
  call("GET /v1/checkout/sessions/:id/line_items", "checkout_session", {
    params: z.strictObject(paging),
    run: (account, page, { id, path }) => pageOf(linesOf(account, account.get("checkout.session", id).id), path, page),
  }),
];

function planOf(asked: z.output<typeof NewSession>) {
  const { subscription_data: sub, payment_intent_data: pay } = asked;
  return {
    session: {
      success_url: asked.success_url,
      cancel_url: asked.cancel_url ?? null,
      customer: asked.customer ?? null,
      customer_email: asked.customer_email ?? null,
      client_reference_id: asked.client_reference_id ?? null,
      metadata: mergeMetadata({}, asked.metadata),
    },
    subscriptionData: { metadata: mergeMetadata({}, sub?.metadata), trialDays: sub?.trial_period_days },
    paymentData: { metadata: mergeMetadata({}, pay?.metadata), description: pay?.description },
  };
}

function misplaced(name: string, mode: string) {
  return badParam(name, `You can not pass \`${name}\` in \`${mode}\` mode.`);
}

/** Oldest first, as every list is kept. */
function linesOf(account: Account, session: string) {
  return [...(account.checkouts.get(session)?.lines ?? [])].reverse();
}

const features = z.record(z.string(), z.unknown());
const configuration = {
  business_profile: z.record(z.string(), z.string()).optional(),
  default_return_url: text.optional(),
  metadata: metadata.optional(),
  name: text.optional(),
  ...accept("login_page"),
};

const portal = [
  call("POST /v1/billing_portal/sessions", "customer_portal", {
    params: z.strictObject({
      customer: text,
      return_url: address.optional(),
      configuration: text.optional(),
      ...accept("flow_data", "locale", "after_expiration"),
    }),
    run: (account, { customer, return_url: back, configuration: id }, { baseUrl }) =>
      portalSession(account, { customer, back: back ?? null, configuration: id, baseUrl }),
  }),
  call("POST /v1/billing_portal/configurations", "customer_portal", {
    params: z.strictObject({ ...configuration, features }),
    run: (account, { features: given, metadata: about, name }) =>
      portalConfiguration(account, { features: given, metadata: mergeMetadata({}, about), name: name ?? null }),
  }),
  call("GET /v1/billing_portal/configurations", "customer_portal", {
    params: z.strictObject({ ...paging, active: flag.optional(), is_default: flag.optional() }),
    run({ tables }, { active, is_default: standard, ...page }, { path }) {
      const rows = tables["billing_portal.configuration"].all().filter((row) => (active ?? row.active) === row.active);
      return pageOf(
        rows.filter((row) => (standard ?? row.is_default) === row.is_default),
        path,
        page,
      );
    },
  }),
  call("GET /v1/billing_portal/configurations/:id", "customer_portal", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("billing_portal.configuration", id),
  }),
  call("POST /v1/billing_portal/configurations/:id", "customer_portal", {
    params: z.strictObject({ ...configuration, active: flag.optional(), features: features.optional() }),
    run(account, { features: given, active, metadata: about, name }, { id }) {
      const row = account.get("billing_portal.configuration", id);
      const merged = { ...row.features, ...given } as typeof row.features;
      const patch = { features: merged, active: active ?? row.active, name: name ?? row.name, updated: account.now() };
      const known = mergeMetadata(row.metadata ?? {}, about);
      return account.change(row, { ...patch, metadata: known }, "billing_portal.configuration.updated");
    },
  }),
];

/** Pages to pay, and to look after what was bought. */
export const checkoutCalls = [...sessions, ...portal];
