import type { z } from "zod";
import type { Capability } from "#lib/access/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import type { Ctx } from "../context.ts";

type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a call of the API is, once: routing, checks, the OpenAPI document and the page about it are made from this. */
interface Described {
  method: Method;
  /** With its variable parts in braces: `/v1/members/{member}`. */
  path: string;
  /** What it does, as a command: "Grant a product". */
  summary: string;
  description?: string;
  /** The heading that it stands under. */
  group: string;
  /** A body as somebody would send it. */
  example?: Record<string, unknown>;
}

interface Checked<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> {
  /** The path's variable parts. What is none is answered like what is not there. */
  params?: P;
  query?: Q;
  /** The body's JSON object. */
  body?: B;
}

interface Asked<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> {
  request: Request;
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
}

/** A call in a tenant, by somebody of its team or its robot. */
interface TeamOperation<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject>
  extends Described,
    Checked<P, Q, B> {
  /** What the caller needs; where it depends on the fields, all that it may be. */
  needs: Capability | readonly Capability[];
  /** Which of them, for a body. */
  needed?(body: Record<string, unknown>): Capability;
  /** What the answer's JSON is. */
  response: z.ZodType;
  /** false: it waits for somebody else than the database, and can be repeated as it is; an Idempotency-Key says nothing. */
  keyed?: false;
  answer(call: Asked<P, Q, B> & { ctx: Ctx }): Promise<unknown>;
}

/** A call by anybody with a token, also by a customer. */
interface CallerOperation<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject>
  extends Described,
    Checked<P, Q, B> {
  /** What a token must have among its scopes. */
  needs: Capability;
  /** null: a Response of its own, as of bytes. */
  response: z.ZodType | null;
  /** What the Response is, where it is not a file: a media type, or a redirect. */
  sends?: "redirect" | (string & {});
  /** true: asked by programs by the hour. Its calls are counted by each process for itself, so that they write nothing. */
  polled?: true;
  answer(call: Asked<P, Q, B> & { principal: Principal }): Promise<unknown>;
}

/** A call in a tenant whose body is bytes, as many as there are: it takes and answers them itself. */
interface StreamOperation<P extends z.ZodObject, Q extends z.ZodObject> extends Described {
  needs: Capability;
  params?: P;
  query?: Q;
  /** Request headers that it reads. */
  headers?: z.ZodObject;
  /** Whether its body is bytes; else it has none. */
  bytes?: true;
  /** Whether an upload's ticket opens it, too: for the upload that its path names. */
  tickets?: true;
  /** What its answer's JSON is, where it has one. */
  response: z.ZodType | null;
  /** Its good answers: status and what it means. */
  answers: Readonly<Record<number, string>>;
  /** `again` gives the context anew, or throws where the right was lost since. */
  answer(call: StreamAsked<P, Q>): Promise<Response>;
}

export interface StreamAsked<P extends z.ZodObject, Q extends z.ZodObject> {
  request: Request;
  params: z.output<P>;
  query: z.output<Q>;
  ctx: Ctx;
  again(): Promise<Ctx>;
}

/** A call that needs no token. */
interface OpenOperation extends Described {
  params?: Any;
  response: z.ZodType | null;
  answer(call: { request: Request; params: Record<string, string> }): Promise<unknown>;
}

type Any = z.ZodObject;

export type Operation =
  | ({ for: "team" } & TeamOperation<Any, Any, Any>)
  | ({ for: "caller" } & CallerOperation<Any, Any, Any>)
  | ({ for: "stream"; body?: undefined } & StreamOperation<Any, Any>)
  | ({ for: "anyone" } & Checked<Any, Any, Any> & OpenOperation);

// What a call's own schemas made of its input is what its own answer takes: that the table mixes them changes nothing.
export const team = <P extends Any, Q extends Any, B extends Any>(operation: TeamOperation<P, Q, B>): Operation =>
  ({ for: "team", ...operation }) as unknown as Operation;

export const caller = <P extends Any, Q extends Any, B extends Any>(operation: CallerOperation<P, Q, B>): Operation =>
  ({ for: "caller", ...operation }) as unknown as Operation;

export const stream = <P extends Any, Q extends Any>(operation: StreamOperation<P, Q>): Operation =>
  ({ for: "stream", ...operation }) as unknown as Operation;

export const anyone = (operation: OpenOperation): Operation => ({ for: "anyone", ...operation });

/** Everything that the operation may ask of a caller's rights. */
export function needsOf(operation: Operation): readonly Capability[] {
  if (operation.for === "anyone") return [];
  return typeof operation.needs === "string" ? [operation.needs] : operation.needs;
}
