import { expect } from "vitest";
import { type Found, findOperation } from "#lib/api/route.ts";
import { ProblemShape } from "#lib/api/shapes.ts";
import { type RawAnswer, rawRequest } from "./listen-for-test.ts";

export interface ApiAnswer extends RawAnswer {
  // What tests look into: its shape is checked here, by the call's own schema.
  // biome-ignore lint/suspicious/noExplicitAny: a test names the fields that it looks at
  json: any;
}

export interface ApiCall {
  secret?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Which calls were answered 200 so far: a test of the whole table looks here. */
export const answered = new Set<string>();

/** Calls the API, and holds each answer against the description that the API gives of itself. */
export async function callApi(
  port: number,
  [method, path]: readonly [string, string],
  call: ApiCall,
): Promise<ApiAnswer> {
  const { secret, body } = call;
  const headers = {
    ...(secret ? { authorization: `Bearer ${secret}` } : {}),
    "content-type": "application/json",
    ...call.headers,
  };
  const asIs = typeof body === "string" || body === undefined || Buffer.isBuffer(body);
  const sent = asIs ? body : JSON.stringify(body);
  const answer = await rawRequest(port, { method, path, headers, body: sent });
  const isJson = /json/.test(answer.headers["content-type"] ?? "");
  const json = isJson && answer.body.length > 0 ? JSON.parse(answer.body.toString()) : null;
  const { operation } = findOperation(method, path.split("?")[0] ?? "");
  if (json) expectShape(operation, answer, json);
  return { ...answer, json };
}

function expectShape(operation: Found["operation"] | undefined, { status }: RawAnswer, json: unknown): void {
  if (status >= 400) {
    expect(ProblemShape.safeParse(json)).toMatchObject({ success: true });
    return;
  }
  if (!operation?.response) throw new Error("an answer in JSON that nothing describes");
  expect(operation.response.safeParse(json)).toMatchObject({ success: true });
  answered.add(`${operation.method} ${operation.path}`);
}
