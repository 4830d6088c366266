import { z } from "zod";
import { FeedAsked, findUpdate, LatestAsked, listFeed, UpdateAsked } from "#lib/entitlements/index.ts";
import { notFound } from "../../errors.ts";
import { appcast } from "../appcast.ts";
import { askerOf, ownTenant, redirectToLatest } from "../downloads.ts";
import { electronAsked, electronFeed } from "../electron-feed.ts";
import { caller, type Operation } from "../operation.ts";
import { UpdateShape } from "../shapes.ts";
import { taggedResponse } from "../tagged-response.ts";
import { viewUpdate } from "../views.ts";

const group = "Updates";
const needs = "registry.pull";
const APPCAST_RELEASES = 20;
const RSS = "application/rss+xml; charset=utf-8";
const YAML = "application/yaml; charset=utf-8";

const Product = z.string().max(63).describe("The product's slug");
const Feed = FeedAsked.omit({ product: true });
const Latest = LatestAsked.pick({ tenant: true, channel: true });
const latest = { method: "GET", group, needs, query: Latest, response: null, sends: "redirect" } as const;

export const UPDATE_OPERATIONS: readonly Operation[] = [
  caller({
    ...latest,
    path: "/v1/products/{product}/latest/{platform}",
    summary: "Go to the newest file for a platform",
    description:
      "The platform is linux-amd64, macos-arm64, windows-amd64 or another. The answer is a redirect to the file of the " +
      "highest published version in the channel, stable where none is named. 409 where it has several: then name one.",
    params: z.strictObject({ product: Product, platform: LatestAsked.shape.platform }),
    answer: async ({ principal, params, query }) => {
      const tenant = await ownTenant(principal, query.tenant);
      return redirectToLatest(principal, { ...query, ...params, tenant });
    },
  }),
  caller({
    ...latest,
    path: "/v1/products/{product}/latest/{platform}/{filename}",
    summary: "Go to the newest file of a name",
    description: "In the name `*` stands for anything, as a version: pro-*-linux-amd64.deb.",
    params: z.strictObject({
      product: Product,
      platform: LatestAsked.shape.platform,
      filename: z.string().max(2000).describe("The file's name"),
    }),
    answer: async ({ principal, params, query }) => {
      const tenant = await ownTenant(principal, query.tenant);
      return redirectToLatest(principal, { ...query, ...params, tenant });
    },
  }),
  caller({
    method: "GET",
    path: "/v1/products/{product}/updates",
    summary: "Ask for an update",
    description:
      "For programs that ask by the hour: with If-None-Match the answer is 304 while nothing has changed. In a channel of " +
      "pre-releases the stable versions count, too.",
    group,
    needs,
    params: z.strictObject({ product: Product }),
    query: UpdateAsked.omit({ product: true }),
    response: UpdateShape,
    polled: true,
    answer: async ({ request, principal, params, query }) => {
      const tenant = await ownTenant(principal, query.tenant);
      const found = await findUpdate(askerOf(principal), { ...query, ...params, tenant });
      return taggedResponse(request, { type: "application/json", body: JSON.stringify(viewUpdate(found)) });
    },
  }),
  caller({
    method: "GET",
    path: "/v1/products/{product}/appcast.xml",
    summary: "Get the feed that Sparkle reads",
    description:
      "Of the last 20 versions for macOS. A signature file that holds an EdDSA signature in base64 becomes the enclosure's.",
    group,
    needs,
    params: z.strictObject({ product: Product }),
    query: Feed,
    response: null,
    sends: RSS,
    polled: true,
    answer: async ({ request, principal, params, query }) => {
      const tenant = await ownTenant(principal, query.tenant);
      const asked = { ...query, ...params, tenant, platform: query.platform ?? "macos" };
      const releases = await listFeed(askerOf(principal), asked, { limit: APPCAST_RELEASES });
      const body = await appcast({ product: releases[0]?.files[0]?.product.name ?? params.product, releases });
      return taggedResponse(request, { type: RSS, body });
    },
  }),
  caller({
    method: "GET",
    path: "/v1/products/{product}/{feed}.yml",
    summary: "Get the file that electron-updater reads",
    description:
      "latest.yml for Windows, latest-mac.yml, latest-linux.yml, latest-linux-arm64.yml; another channel's stand under its " +
      "name, as beta.yml.",
    group,
    needs,
    params: z.strictObject({
      product: Product,
      feed: z.string().max(80).describe("latest, latest-mac or latest-linux"),
    }),
    // electron-updater's own, against caches.
    query: z.strictObject({ tenant: FeedAsked.shape.tenant, noCache: z.string().max(100).optional() }),
    response: null,
    sends: YAML,
    polled: true,
    answer: async ({ request, principal, params, query }) => {
      const tenant = await ownTenant(principal, query.tenant);
      const asked = electronAsked(params.feed);
      if (!asked) throw notFound("feed");
      const named = { tenant, product: params.product, ...asked };
      const [release] = await listFeed(askerOf(principal), named, { limit: 1, sha512: true, native: true });
      if (!release) throw notFound("version in that channel with a file for that platform");
      return taggedResponse(request, { type: YAML, body: electronFeed(release) });
    },
  }),
];
