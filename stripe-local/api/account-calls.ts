import { z } from "zod";
import { newId } from "../account.ts";
import { call } from "./call.ts";
import { pageOf } from "./page.ts";
import { accept, address, flag, metadata, paging, text } from "./params.ts";

const endpoints = [
  call("GET /v1/webhook_endpoints", "webhook", {
    params: z.strictObject(paging),
    run: ({ tables }, page, { path }) => pageOf(tables.webhook_endpoint.all(), path, page),
  }),
  call("POST /v1/webhook_endpoints", "webhook", {
    params: z.strictObject({
      url: address,
      enabled_events: z.array(text).min(1),
      description: text.optional(),
      metadata: metadata.optional(),
      ...accept("api_version", "connect"),
    }),
    run: (account, { url, enabled_events: events, description }) => {
      const endpoint = account.addEndpoint({ url, events, description, secret: newId("whsec_", 32) });
      return { ...endpoint, secret: account.secrets.get(endpoint.id) };
    },
  }),
  call("GET /v1/webhook_endpoints/:id", "webhook", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("webhook_endpoint", id),
  }),
  call("POST /v1/webhook_endpoints/:id", "webhook", {
    params: z.strictObject({
      url: address.optional(),
      enabled_events: z.array(text).min(1).optional(),
      disabled: flag.optional(),
      ...accept("description", "metadata"),
    }),
    run(account, { url, enabled_events: events, disabled }, { id }) {
      const row = account.get("webhook_endpoint", id);
      const status = disabled === undefined ? row.status : disabled ? "disabled" : "enabled";
      return account.change(row, { url: url ?? row.url, enabled_events: events ?? row.enabled_events, status });
    },
  }),
  call("DELETE /v1/webhook_endpoints/:id", "webhook", {
    params: z.strictObject({}),
    run(account, _, { id }) {
      account.get("webhook_endpoint", id);
      account.tables.webhook_endpoint.remove(id);
      return { id, object: "webhook_endpoint", deleted: true };
    },
  }),
];

const events = [
  call("GET /v1/events", "event", {
    params: z.strictObject({
      ...paging,
      type: text.optional(),
      types: z.array(text).optional(),
      ...accept("delivery_success"),
    }),
    run({ tables }, { type, types, ...page }, { path }) {
      const rows = tables.event.all().filter((row) => (type ?? row.type) === row.type);
      return pageOf(
        rows.filter((row) => !types || types.includes(row.type)),
        path,
        page,
      );
    },
  }),
  call("GET /v1/events/:id", "event", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("event", id),
  }),
];

const account = [
  call("GET /v1/account", "account", { params: z.strictObject({}), run: (own) => own.shown() }),
  call("GET /v1/accounts/:id", "account", { params: z.strictObject({}), run: (own) => own.shown() }),
];

/** The account itself, its events and where they go. */
export const accountCalls = [...endpoints, ...events, ...account];
