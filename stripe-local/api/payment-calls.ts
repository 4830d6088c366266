import { z } from "zod";
import type { Account } from "../account.ts";
import { refundCharge, refundsOf, takeMoney } from "../commerce/payments.ts";
import { badParam, declined } from "../failures.ts";
import { call } from "./call.ts";
import { pageOf } from "./page.ts";
import { accept, mergeMetadata, metadata, paging, text, whole } from "./params.ts";

const intents = [
  call("GET /v1/payment_intents", "payment_intent", {
    params: z.strictObject({ ...paging, customer: text.optional() }),
    run: ({ tables }, { customer, ...page }, { path }) => pageOf(tables.payment_intent.all(customer), path, page),
  }),
  call("GET /v1/payment_intents/:id", "payment_intent", {
    params: z.strictObject(accept("client_secret")),
    run: (account, _, { id }) => account.get("payment_intent", id),
  }),
  call("POST /v1/payment_intents", "payment_intent", {
    params: z.strictObject({
      amount: whole.min(1),
      currency: text.length(3),
      customer: text.optional(),
      description: text.optional(),
      metadata: metadata.optional(),
      ...accept("confirm", "payment_method", "payment_method_types", "automatic_payment_methods", "off_session"),
    }),
    run(account, { amount, currency, customer, description, metadata: given }) {
      if (customer) account.get("customer", customer, "customer");
      const asked = { amount, currency, customer: customer ?? null, description, metadata: mergeMetadata({}, given) };
      const intent = takeMoney(account, asked);
      if (intent.status !== "succeeded") throw declined(intent);
      return intent;
    },
  }),
];

const charges = [
  call("GET /v1/charges", "charge", {
    params: z.strictObject({ ...paging, customer: text.optional(), payment_intent: text.optional() }),
    run({ tables }, { customer, payment_intent: intent, ...page }, { path }) {
      const rows = tables.charge.all(customer).filter((row) => !intent || row.payment_intent === intent);
      return pageOf(rows, path, page);
    },
  }),
  call("GET /v1/charges/:id", "charge", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("charge", id),
  }),
  call("GET /v1/charges/:id/refunds", "charge", {
    params: z.strictObject(paging),
    run: (account, page, { id, path }) =>
      pageOf(refundsOf(account, account.get("charge", id).id).reverse(), path, page),
  }),
];

const refunds = [
  call("GET /v1/refunds", "charge", {
    params: z.strictObject({ ...paging, charge: text.optional(), payment_intent: text.optional() }),
    run({ tables }, { charge, payment_intent: intent, ...page }, { path }) {
      const rows = tables.refund.all(charge).filter((row) => !intent || row.payment_intent === intent);
      return pageOf(rows, path, page);
    },
  }),
  call("POST /v1/refunds", "charge", {
    params: z.strictObject({
      charge: text.optional(),
      payment_intent: text.optional(),
      amount: whole.min(1).optional(),
      reason: z.enum(["duplicate", "fraudulent", "requested_by_customer"]).optional(),
      metadata: metadata.optional(),
    }),
    run(account, { charge, payment_intent: intent, amount, reason, metadata: given }) {
      return refundCharge(account, chargeOf(account, charge, intent), {
        amount,
        reason,
        metadata: mergeMetadata({}, given),
      });
    },
  }),
  call("GET /v1/refunds/:id", "charge", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("refund", id),
  }),
];

function chargeOf(account: Account, charge?: string, intent?: string) {
  if (charge) return account.get("charge", charge, "charge");
  if (!intent) throw badParam("charge", "One of the following params should be provided: payment_intent or charge.");
  const { latest_charge: latest } = account.get("payment_intent", intent, "payment_intent");
  return account.get("charge", String(latest), "payment_intent");
}

const disputes = [
  call("GET /v1/disputes", "dispute", {
    params: z.strictObject({ ...paging, charge: text.optional(), payment_intent: text.optional() }),
    run({ tables }, { charge, payment_intent: intent, ...page }, { path }) {
      const rows = tables.dispute.all(charge).filter((row) => !intent || row.payment_intent === intent);
      return pageOf(rows, path, page);
    },
  }),
  call("GET /v1/disputes/:id", "dispute", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("dispute", id),
  }),
];

/** Money taken, given back and fought over. */
export const paymentCalls = [...intents, ...charges, ...refunds, ...disputes];
