import type { IncomingMessage, ServerResponse } from "node:http";
import { mount } from "#lib/http/index.ts";
import * as live from "../app/api/health/live/route.ts";
import * as ready from "../app/api/health/ready/route.ts";
import * as stripeWebhook from "../app/api/stripe/webhook/[tenant]/route.ts";
import * as token from "../app/auth/token/route.ts";
import * as scim from "../app/scim/v2/[tenant]/[[...path]]/route.ts";
import * as api from "../app/v1/[...path]/route.ts";
import * as registry from "../app/v2/[[...path]]/route.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

const REGISTRY = mount(registry);
const API = mount(api);
const SCIM = mount(scim);
const STRIPE_WEBHOOK = mount(stripeWebhook);
const EXACT: Readonly<Record<string, Listener>> = {
  "/v2": REGISTRY,
  "/auth/token": mount(token),
  "/api/health/live": mount(live),
  "/api/health/ready": mount(ready),
};

/** The listener of a path of the data plane, or undefined for what Next serves. Judged on the raw path, undecoded. */
export function dataPlane(url: string): Listener | undefined {
  if (url.startsWith("/v2/")) return REGISTRY;
  if (url.startsWith("/v1/")) return API;
  if (url.startsWith("/scim/v2/")) return SCIM;
  if (url.startsWith("/api/stripe/webhook/")) return STRIPE_WEBHOOK;
  const query = url.indexOf("?");
  return EXACT[query < 0 ? url : url.slice(0, query)];
}
