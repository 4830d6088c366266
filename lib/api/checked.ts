import { z } from "zod";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";

const NOTHING = z.strictObject({});

interface Schemas {
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodObject;
}

interface Sent {
  params: Record<string, string>;
  query: Record<string, string>;
  body: Record<string, unknown>;
}

/** What was sent, by an operation's schemas. @throws not_found for a path that can't be one; invalid for any other input that is none */
export function checked(operation: Schemas, { params, query, body }: Sent) {
  const { params: Params = NOTHING, query: Query = NOTHING, body: Body = NOTHING } = operation;
  const path = Params.safeParse(params);
  if (!path.success) throw notFound(String(path.error.issues[0]?.path[0] ?? "endpoint"));
  return { params: path.data, query: parse(Query, query), body: parse(Body, body) };
}
