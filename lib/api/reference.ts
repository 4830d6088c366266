import { env } from "../env.ts";
import { exampleOf, resolved, type Schema, typeInWords } from "./examples.ts";
import { describeApi, isKeyed } from "./openapi.ts";
import { needsOf, type Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";

/** One value that a call takes. */
export interface Field {
  name: string;
  place: "path" | "query" | "header" | "body";
  type: string;
  required: boolean;
  description: string;
}

/** A call as its page shows it. */
export interface CallReference {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  /** Capabilities; none for a call that is open. */
  needs: readonly string[];
  fields: Field[];
  curl: string;
  /** An answer, as an example; null for bytes. */
  answer: string | null;
}

export interface ApiReference {
  url: string;
  groups: { name: string; calls: CallReference[] }[];
}

/** The table of operations as a page for people: the same document as /v1/openapi.json, in words. */
export function apiReference(): ApiReference {
  const document = describeApi(OPERATIONS) as unknown as Document;
  const groups = Map.groupBy(OPERATIONS, ({ group }) => group);
  return {
    url: env().PUBLIC_URL,
    groups: [...groups].map(([name, operations]) => ({
      name,
      calls: operations.map((operation) => referenceOf(operation, document)),
    })),
  };
}

interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

interface Described {
  operationId: string;
  parameters?: {
    name: string;
    in: "path" | "query" | "header";
    required?: boolean;
    description?: string;
    schema: Schema;
  }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

function referenceOf(operation: Operation, { paths, components }: Document): CallReference {
  const described = paths[operation.path]?.[operation.method.toLowerCase()];
  if (!described) throw new Error(`${operation.path} is not described`);
  const { schemas } = components;
  const sent = described.requestBody?.content["application/json"]?.schema;
  const body = sent && resolved(sent, schemas);
  const response = described.responses["200"]?.content?.["application/json"]?.schema;
  const parameters = described.parameters ?? [];
  return {
    id: described.operationId,
    method: operation.method,
    path: operation.path,
    summary: operation.summary,
    description: operation.description ?? "",
    needs: needsOf(operation),
    fields: [
      ...parameters.map(({ name, in: place, required = false, schema, description = "" }) => {
        return { name, place, required, description, type: typeInWords(resolved(schema, schemas)) };
      }),
      ...bodyFields(body, schemas),
    ],
    curl: curlOf(operation, {
      body: operation.example ?? (body && exampleOf(body, schemas)),
      query: parameters.filter(({ in: place, required }) => place === "query" && required).map(({ name }) => name),
      headers: parameters.filter(({ in: place, required }) => place === "header" && required).map(({ name }) => name),
    }),
    answer: response ? JSON.stringify(exampleOf(response, schemas), null, 2) : null,
  };
}

function bodyFields(body: Schema | undefined, schemas: Record<string, Schema>): Field[] {
  return Object.entries(body?.properties ?? {}).map(([name, schema]) => ({
    name,
    place: "body",
    type: typeInWords(resolved(schema, schemas)),
    required: body?.required?.includes(name) ?? false,
    description: schema.description ?? "",
  }));
}

/** A line for the terminal. What stands in braces is the reader's to fill in. */
function curlOf(
  operation: Operation,
  { body, query, headers }: { body: unknown; query: string[]; headers: string[] },
): string {
  const isWrite = operation.method !== "GET";
  const named = [
    ...(operation.for === "team" || operation.for === "stream" ? ["tenant={workspace}"] : []),
    ...query.map((name) => `${name}={${name}}`),
  ];
  const parts = [
    `curl${isWrite ? wayOf(operation) : ""}`,
    ...(operation.for === "anyone" ? [] : ['-H "Authorization: Bearer $PURSER_TOKEN"']),
    ...(isKeyed(operation) ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    ...headers.map((name) => `-H "${name}: {${name}}"`),
    ...(body === undefined ? [] : [`-H "Content-Type: application/json" -d '${JSON.stringify(body)}'`]),
    ...(operation.for === "caller" && operation.response === null ? ["-LOJ"] : []),
    `"${env().PUBLIC_URL}${operation.path}${named.length > 0 ? `?${named.join("&")}` : ""}"`,
  ];
  return parts.join(" ");
}

function wayOf(operation: Operation): string {
  if (operation.method === "HEAD") return " -I";
  if (operation.for !== "stream" || !operation.bytes) return ` -X ${operation.method}`;
  return operation.method === "PUT" ? " -T {file}" : ` -X ${operation.method} --data-binary @{file}`;
}
