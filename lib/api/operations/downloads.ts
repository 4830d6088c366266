import { z } from "zod";
import { DownloadFilter, listDownloads, listProductDownloads } from "#lib/entitlements/index.ts";
import { findTeamActor, type Principal } from "#lib/identity/index.ts";
import { getDownload } from "../downloads.ts";
import { caller, type Operation } from "../operation.ts";
import { DownloadShape, Next } from "../shapes.ts";
import { viewDownload } from "../views.ts";

const group = "Downloads";
const needs = "registry.pull";
const response = z.strictObject({ downloads: z.array(DownloadShape), next: Next });

export const DOWNLOAD_OPERATIONS: readonly Operation[] = [
  caller({
    method: "GET",
    path: "/v1/downloads",
    summary: "List the files that you may have",
    description:
      "Files of published releases, newest first, of one vendor or of all. What you may not have now is not in the list.",
    group,
    needs,
    query: DownloadFilter,
    response,
    answer: async ({ principal, query }) => {
      const tenant = query.tenant ?? (await ownTenant(principal));
      const { assets, next } = await listDownloads(principal, { ...query, tenant });
      return { downloads: assets.map(viewDownload), next };
    },
  }),
  caller({
    method: "GET",
    path: "/v1/products/{product}/downloads",
    summary: "List the files of a product",
    description: "A product that you may not have is answered like one that is not there.",
    group,
    needs,
    params: z.strictObject({ product: z.string().max(63).describe("The product's slug") }),
    query: DownloadFilter,
    response,
    answer: async ({ principal, params, query }) => {
      const tenant = query.tenant ?? (await ownTenant(principal));
      const { assets, next } = await listProductDownloads(principal, { ...query, tenant, product: params.product });
      return { downloads: assets.map(viewDownload), next };
    },
  }),
  caller({
    method: "GET",
    path: "/v1/downloads/{file}",
    summary: "Get a file",
    description:
      "With ranges and conditions (RFC 9110), so that a download can be resumed. HEAD answers without the bytes.",
    group,
    needs,
    params: z.strictObject({ file: z.uuid().describe("The file's id") }),
    query: z.strictObject({ tenant: DownloadFilter.shape.tenant }),
    response: null,
    answer: ({ request, principal, params, query }) => getDownload(request, principal, { ...params, ...query }),
  }),
];

/** A robot's own tenant. */
async function ownTenant(principal: Principal): Promise<string | undefined> {
  return (await findTeamActor(principal, null))?.tenant.slug;
}
