import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject } from "zod-openapi";
import { CAPABILITIES } from "#lib/access/index.ts";
import { env } from "../env.ts";
import { needsOf, type Operation } from "./operation.ts";
import { ProblemShape } from "./shapes.ts";

const TenantQuery = z.string().optional().describe("The workspace's slug; a robot acts in its own without it");

/** The OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html) of the table of operations. */
export function describeApi(operations: readonly Operation[]): ReturnType<typeof createDocument> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    Object.assign(paths[operation.path] ?? {}, { [operation.method.toLowerCase()]: describe(operation) });
  }
  return inWords(
    createDocument({
      openapi: "3.1.1",
      info: { title: "Purser", version: "1", description: ABOUT },
      servers: [{ url: env().PUBLIC_URL }],
      security: [{ token: [] }],
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "A personal or robot token: purser_…" },
        },
      },
      tags: [...new Set(operations.map(({ group }) => group))].map((name) => ({ name })),
      paths,
    }),
  );
}

type Described = ReturnType<typeof createDocument>;

const WORDS: Record<string, string> = {
  after: "`next` of the page before",
  limit: "How many at most",
  search: "A part of the name, the address or the slug, in any case",
  state: "Only rows in that state now",
  source: "Only rows that it gave",
  member: "The member's id or address",
  product: "The product's id or slug",
  memberId: "The member's id",
  productId: "The product's id",
  memberIds: "The members' ids",
  emails: "The addresses of members' accounts",
  productIds: "The ids of the products that it gives",
  reason: "Why, for the log",
  startsAt: "From when it holds; at once where it is left out",
  expiresAt: "Until when it holds; for good where it is left out",
  email: "The address of their account",
  kind: "What kind of membership",
  tenant: "The vendor's slug; files of all of them where it is left out",
  name: "What it is called",
  description: "What it is, in a few words",
  slug: "Lower-case letters, digits and single dashes; never given out again",
  visibility: "hidden: known only to the team and to whom it was granted",
  requiresEntitlement: "true: sold as an add-on; false: open to every member in good standing",
  platform: "Where it is to run: linux-amd64, macos-arm64, windows-amd64; linux alone for all its machines",
  latest: "true: of each product, channel and platform only the files of the highest version",
  current: "The version that the program has",
  seconds: "For how long the link is good",
  noCache: "Anything: it is not looked at",
  keepAccess: "When restricting: who has access now keeps it",
  channel: "stable, beta, nightly or one of the vendor's own",
  version: "Semver 2.0.0, with or without a leading v",
  notes: "What is new, in Markdown",
  membership: "Whether it pays for the membership",
};

/** Says what a field is for where its schema does not. */
function inWords(document: Described): Described {
  for (const methods of Object.values(document.paths ?? {})) {
    for (const { parameters = [], requestBody } of Object.values(methods) as Operations[]) {
      for (const parameter of parameters) parameter.description ??= WORDS[parameter.name];
      const fields = requestBody?.content["application/json"]?.schema?.properties ?? {};
      for (const [name, schema] of Object.entries(fields)) schema.description ??= WORDS[name];
    }
  }
  return document;
}

interface Operations {
  parameters?: { name: string; description?: string }[];
  requestBody?: {
    content: Record<string, { schema?: { properties?: Record<string, { description?: string }> } } | undefined>;
  };
}

const ABOUT = [
  "Send `Authorization: Bearer <token>` with a personal or robot token whose scopes name what a call needs.",
  "A personal token says which workspace it means with `?tenant=<slug>`. Errors are `application/problem+json` (RFC 9457).",
  "Lists come in pages: give `next` back as `after`. A write can be repeated safely with an `Idempotency-Key`.",
].join(" ");

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { summary, group, params, query, body } = operation;
  return {
    operationId: idOf(operation),
    summary,
    description: [operation.description, needsInWords(operation)].filter(Boolean).join("\n\n") || undefined,
    tags: [group],
    ...(operation.for === "anyone" ? { security: [] } : {}),
    requestParams: {
      ...(params && { path: params }),
      ...queryParams(operation, query),
      ...(operation.for === "stream" && operation.headers && { header: operation.headers }),
      ...(isKeyed(operation) && { header: z.object({ "Idempotency-Key": IdempotencyHeader }) }),
    },
    ...(body
      ? {
          requestBody: {
            required: isRequired(body),
            content: { "application/json": { schema: body, example: operation.example } },
          },
        }
      : {}),
    ...(operation.for === "stream" && operation.bytes
      ? { requestBody: { required: true, content: { "application/octet-stream": { schema: BINARY } } } }
      : {}),
    responses: responsesOf(operation),
  };
}

const IdempotencyHeader = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x21-\x7e]+$/)
  .optional()
  .describe("Any unique text. The same request with the same key within 24 hours is answered again and done once.");

function queryParams(operation: Operation, query: z.ZodObject | undefined) {
  if (operation.for === "team" || operation.for === "stream")
    return { query: z.strictObject({ tenant: TenantQuery, ...query?.shape }) };
  return query ? { query } : {};
}

/** Whether an Idempotency-Key says something to it. */
export function isKeyed(operation: Operation): boolean {
  return operation.for === "team" && operation.method !== "GET" && operation.keyed !== false;
}

/** `GET /v1/members/{member}/entitlements` → getMembersMemberEntitlements */
function idOf({ method, path }: Operation): string {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== "" && word !== "v");
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function needsInWords(operation: Operation): string {
  const needs = needsOf(operation).map((capability) => `${capability} (${CAPABILITIES[capability].label})`);
  return needs.length > 0
    ? `Needs ${needs.join(operation.for === "team" && operation.needed ? " or " : " and ")}.`
    : "Needs no token.";
}

function isRequired(body: z.ZodObject): boolean {
  return !body.safeParse({}).success;
}

type Responses = ZodOpenApiOperationObject["responses"];

function responsesOf(operation: Operation): Responses {
  const problem = (description: string) => ({
    description,
    content: { "application/problem+json": { schema: ProblemShape } },
  });
  const done = doneOf(operation);
  if (operation.for === "anyone") return done;
  const isWrite = operation.method !== "GET";
  return {
    ...done,
    ...(isWrite ? { "400": problem("The body is not a JSON object") } : {}),
    "401": problem("There is no token, or it has expired or was revoked"),
    "403": problem("The token or the role is not allowed to do that, or the product is not included"),
    "404": problem("There is no such thing, or you may not know of it"),
    ...(isWrite ? { "409": problem("It is taken, or the same Idempotency-Key is being worked on") } : {}),
    "422": problem("A field is missing, wrong or unknown; `fields` says which"),
    "429": problem("Too many requests; Retry-After says how many seconds to wait"),
  };
}

const BINARY = { type: "string", format: "binary" } as const;

function answersOf({ answers, response }: Extract<Operation, { for: "stream" }>): Responses {
  const content = response ? { content: { "application/json": { schema: response } } } : {};
  return Object.fromEntries(
    Object.entries(answers).map(([status, description]) => [status, { description, ...content }]),
  ) as Responses;
}

function doneOf(operation: Operation): Responses {
  if (operation.for === "stream") return answersOf(operation);
  const { response } = operation;
  const sends = operation.for === "caller" ? operation.sends : undefined;
  if (sends === "redirect") return { "302": { description: "The file is at Location" } };
  if (!response && !sends) return BYTES;
  const content = response
    ? { "application/json": { schema: response } }
    : { [String(sends).split(";")[0] ?? ""]: { schema: { type: "string" as const } } };
  const done = { "200": { description: "Done", content } };
  const isPolled = operation.for === "caller" && operation.polled;
  return isPolled ? { ...done, "304": { description: "What If-None-Match named is still the answer" } } : done;
}

const BYTES: Responses = {
  "200": {
    description: "The file",
    content: { "application/octet-stream": { schema: BINARY } },
  },
  "206": { description: "The part that the Range header asked for" },
  "304": { description: "What If-None-Match named is still the file" },
  "307": { description: "The file is at Location, for a minute" },
  "416": { description: "The file has no such part" },
};
