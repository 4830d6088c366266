import { z } from "zod";
import {
  CreateLink,
  createLink,
  DownloadFilter,
  type FilePage,
  listDownloads,
  listProductDownloads,
  ProductDownloadFilter,
} from "#lib/entitlements/index.ts";
import { askerOf, getDownload, getLinked, ownTenant } from "../downloads.ts";
import { anyone, caller, type Operation } from "../operation.ts";
import { DownloadShape, LinkShape, Next } from "../shapes.ts";
import { viewDownload } from "../views.ts";

const group = "Downloads";
const needs = "registry.pull";
const response = z.strictObject({ downloads: z.array(DownloadShape), next: Next });
const Tenant = z.strictObject({ tenant: DownloadFilter.shape.tenant });
const FileId = z.uuid().describe("The file's id");
const view = ({ files, next }: FilePage) => ({ downloads: files.map(viewDownload), next });

export const DOWNLOAD_OPERATIONS: readonly Operation[] = [
  caller({
    method: "GET",
    path: "/v1/downloads",
    summary: "List the files that you may have",
    description:
      "Files of published releases, newest first, of one vendor or of all. What you may not have now is not in the list. " +
      "A range of versions holds no withdrawn one; who names a version gets that.",
    group,
    needs,
    query: DownloadFilter,
    response,
    polled: true,
    answer: async ({ principal, query }) => view(await listDownloads(principal, query)),
  }),
  caller({
    method: "GET",
    path: "/v1/products/{product}/downloads",
    summary: "List the files of a product",
    description: "A product that you may not have is answered like one that is not there.",
    group,
    needs,
    params: z.strictObject({ product: z.string().max(63).describe("The product's slug") }),
    query: ProductDownloadFilter,
    response,
    polled: true,
    answer: async ({ principal, params, query }) => {
      const tenant = await ownTenant(principal, query.tenant);
      return view(await listProductDownloads(principal, { ...query, tenant, product: params.product }));
    },
  }),
  caller({
    method: "GET",
    path: "/v1/downloads/{file}",
    summary: "Get a file",
    description:
      "With ranges and conditions (RFC 9110), so that a download can be resumed. HEAD answers without the bytes. " +
      "A withdrawn one comes with a Warning that says why.",
    group,
    needs,
    params: z.strictObject({ file: FileId }),
    query: Tenant,
    response: null,
    answer: ({ request, principal, params, query }) => getDownload(request, principal, { ...params, ...query }),
  }),
  caller({
    method: "GET",
    path: "/v1/downloads/{file}/{filename}",
    summary: "Get a file under its name",
    description: "The same, for programs that go by what an address ends in.",
    group,
    needs,
    params: z.strictObject({ file: FileId, filename: z.string().max(2000).describe("The file's own name") }),
    query: Tenant,
    response: null,
    answer: ({ request, principal, params, query }) => getDownload(request, principal, { ...params, ...query }),
  }),
  caller({
    method: "POST",
    path: "/v1/downloads/{file}/link",
    summary: "Make a link to a file",
    description:
      "For a browser or a program that has no token: it opens this one file for ten minutes at most, and for as long as " +
      "you may have it yourself. Each use counts as a download of yours.",
    group,
    needs,
    params: z.strictObject({ file: FileId }),
    query: Tenant,
    body: CreateLink.pick({ seconds: true }),
    response: LinkShape,
    answer: ({ principal, params, query, body }) => createLink(askerOf(principal), { ...params, ...query, ...body }),
  }),
  anyone({
    method: "GET",
    path: "/v1/files/{link}",
    summary: "Get a file by a link",
    description: "The answer is that of the file itself, decided again at each use.",
    group,
    params: z.strictObject({ link: z.string() }),
    response: null,
    answer: ({ request, params }) => getLinked(request, params.link ?? ""),
  }),
];
