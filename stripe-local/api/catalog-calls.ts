import { z } from "zod";
import { endNow } from "../commerce/subscriptions.ts";
import { customerShape, decimal, priceShape, productShape } from "../shapes/catalog.ts";
import { call } from "./call.ts";
import { pageOf } from "./page.ts";
import { accept, flag, mergeMetadata, metadata, paging, text, whole } from "./params.ts";

const customerFields = {
  email: text.optional(),
  name: text.optional(),
  description: text.optional(),
  phone: text.optional(),
  metadata: metadata.optional(),
  ...accept("address", "invoice_settings", "preferred_locales", "shipping", "tax", "tax_exempt", "payment_method"),
};
const productFields = {
  active: flag.optional(),
  description: text.optional(),
  metadata: metadata.optional(),
  ...accept("images", "marketing_features", "shippable", "statement_descriptor", "tax_code", "unit_label", "url"),
};
const recurring = z.strictObject({
  interval: z.enum(["day", "week", "month", "year"]),
  interval_count: whole.min(1).default(1),
  ...accept("usage_type", "meter"),
});
const priceFields = {
  active: flag.optional(),
  nickname: text.optional(),
  lookup_key: text.optional(),
  metadata: metadata.optional(),
  ...accept("tax_behavior", "transfer_lookup_key", "billing_scheme", "currency_options"),
};

const customers = [
  call("GET /v1/customers", "customer", {
    params: z.strictObject({ ...paging, email: text.optional(), ...accept("test_clock") }),
    run: ({ tables }, { email, ...page }, { path }) =>
      pageOf(
        tables.customer.all().filter((customer) => email === undefined || customer.email === email),
        path,
        page,
      ),
  }),
  call("POST /v1/customers", "customer", {
    params: z.strictObject(customerFields),
    run(account, { email = null, name = null, description = null, phone = null, metadata: given }) {
      const about = { email: email || null, name, description, phone, metadata: mergeMetadata({}, given) };
      const customer = customerShape({ id: account.newId("customer"), created: account.now(), ...about });
      account.add("customer", customer);
      account.emit("customer.created", customer);
      return customer;
    },
  }),
  call("GET /v1/customers/:id", "customer", {
    params: z.strictObject({}),
    run: (account, _, { id }) => (account.deleted.has(id) ? goneCustomer(id) : account.get("customer", id)),
  }),
  call("POST /v1/customers/:id", "customer", {
    params: z.strictObject(customerFields),
    run(account, { metadata: given, email, name, description, phone }, { id }) {
      const customer = account.get("customer", id);
      const asked = Object.entries({ email, name, description, phone }).filter(([, value]) => value !== undefined);
      const patch = { ...Object.fromEntries(asked), metadata: mergeMetadata(customer.metadata, given) };
      return account.change(customer, patch, "customer.updated");
    },
  }),
  call("DELETE /v1/customers/:id", "customer", {
    params: z.strictObject({}),
    run(account, _, { id }) {
      const customer = account.get("customer", id);
      account.tables.customer.remove(id);
      account.deleted.add(id);
      for (const subscription of account.tables.subscription.all(id)) {
        if (!subscription.ended_at) endNow(account, subscription);
      }
      account.emit("customer.deleted", customer);
      return goneCustomer(id);
    },
  }),
];

function goneCustomer(id: string) {
  return { id, object: "customer", deleted: true };
}

const products = [
  call("GET /v1/products", "product", {
    params: z.strictObject({
      ...paging,
      active: flag.optional(),
      ids: z.array(text).optional(),
      ...accept("shippable", "type", "url"),
    }),
    run({ tables }, { active, ids, ...page }, { path }) {
      const rows = tables.product.all().filter((row) => active === undefined || row.active === active);
      return pageOf(
        rows.filter(({ id }) => !ids || ids.includes(id)),
        path,
        page,
      );
    },
  }),
  call("POST /v1/products", "product", {
    params: z.strictObject({ ...productFields, name: text.min(1) }),
    run(account, { name, description = null, active = true, metadata: given }) {
      const about = { name, description, active, metadata: mergeMetadata({}, given) };
      const product = productShape({ id: account.newId("product"), created: account.now(), ...about });
      account.add("product", product);
      account.emit("product.created", product);
      return product;
    },
  }),
  call("GET /v1/products/:id", "product", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("product", id),
  }),
  call("POST /v1/products/:id", "product", {
    params: z.strictObject({ ...productFields, name: text.min(1).optional(), ...accept("default_price") }),
    run(account, { name, description, active, metadata: given }, { id }) {
      const product = account.get("product", id);
      const asked = Object.entries({ name, description, active }).filter(([, value]) => value !== undefined);
      const patch = {
        ...Object.fromEntries(asked),
        metadata: mergeMetadata(product.metadata, given),
        updated: account.now(),
      };
      return account.change(product, patch, "product.updated");
    },
  }),
];

const prices = [
  call("GET /v1/prices", "plan", {
    params: z.strictObject({
      ...paging,
      active: flag.optional(),
      product: text.optional(),
      type: z.enum(["recurring", "one_time"]).optional(),
      currency: text.optional(),
      lookup_keys: z.array(text).optional(),
      ...accept("recurring"),
    }),
    run({ tables }, { active, product, type, currency, lookup_keys: keys, ...page }, { path }) {
      const rows = tables.price
        .all()
        .filter((row) => active === undefined || row.active === active)
        .filter((row) => (product ?? row.product) === row.product && (type ?? row.type) === row.type)
        .filter((row) => (currency ?? row.currency) === row.currency && (!keys || keys.includes(row.lookup_key ?? "")));
      return pageOf(rows, path, page);
    },
  }),
  call("POST /v1/prices", "plan", {
    params: z.strictObject({
      ...priceFields,
      currency: text.length(3),
      product: text,
      unit_amount: whole.min(0),
      recurring: recurring.optional(),
    }),
    run(account, { product, unit_amount: amount, recurring: every, metadata: given, ...rest }) {
      const price = priceShape({
        id: account.newId("price"),
        created: account.now(),
        product: account.get("product", product, "product").id,
        unit_amount: amount,
        unit_amount_decimal: decimal(amount),
        currency: rest.currency,
        active: rest.active ?? true,
        nickname: rest.nickname ?? null,
        lookup_key: rest.lookup_key ?? null,
        metadata: mergeMetadata({}, given),
        recurring: every
          ? {
              interval: every.interval,
              interval_count: every.interval_count,
              meter: null,
              trial_period_days: null,
              usage_type: "licensed",
            }
          : null,
      });
      account.add("price", price);
      account.emit("price.created", price);
      return price;
    },
  }),
  call("GET /v1/prices/:id", "plan", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("price", id),
  }),
  call("POST /v1/prices/:id", "plan", {
    params: z.strictObject(priceFields),
    run(account, { active, nickname, lookup_key, metadata: given }, { id }) {
      const price = account.get("price", id);
      const asked = Object.entries({ active, nickname, lookup_key }).filter(([, value]) => value !== undefined);
      return account.change(
        price,
        { ...Object.fromEntries(asked), metadata: mergeMetadata(price.metadata, given) },
        "price.updated",
      );
    },
  }),
];

/** Customers, and what is sold to them. */
export const catalogCalls = [...customers, ...products, ...prices];
