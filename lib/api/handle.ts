import { demand } from "#lib/audit/index.ts";
import { currentRequest, problemResponse, rawPathOf } from "#lib/http/index.ts";
import { once, type Said } from "#lib/idempotency/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import { AppError, notFound } from "../errors.ts";
import { checked } from "./checked.ts";
import { apiContext, bodyBytes, jsonOf, queryOf } from "./context.ts";
import { countCall } from "./limits.ts";
import { isKeyed } from "./openapi.ts";
import { needsOf, type Operation } from "./operation.ts";
import { type Found, findOperation } from "./route.ts";
import { answerStream, type Caller, callerOf } from "./streams.ts";
import { tusOptions } from "./tus.ts";

/** The JSON API under /v1: the same verbs as the dashboard's, for access tokens. Errors are problem+json (RFC 9457). */
export async function handleApi(request: Request): Promise<Response> {
  const also: Record<string, string> = {};
  const response = await answer(request, also).catch(problemResponse);
  for (const [name, value] of Object.entries(also)) response.headers.set(name, value);
  return response;
}

/** @param also takes headers that a refusal carries, too */
async function answer(request: Request, also: Record<string, string>): Promise<Response> {
  const path = rawPathOf(request);
  if (request.method === "OPTIONS" && path === "/v1/uploads") return tusOptions();
  const found = findOperation(request.method, path);
  if (found.operation && isOpen(found.operation)) {
    return openAnswer(request, await found.operation.answer({ request, params: found.params }));
  }
  const caller = await callerOf(request, found.operation);
  const { headers, refusal } = await countCall(caller.principal, isPolled(found.operation));
  Object.assign(also, headers);
  if (refusal) throw refusal;
  if (found.operation) return answerTo(request, caller, { operation: found.operation, params: found.params });
  if (found.methods.length === 0) throw notFound("endpoint");
  also.allow = found.methods.join(", ");
  const message = `${request.method} is not supported here. What is: ${also.allow}.`;
  throw new AppError("invalid", message, { reason: "method_not_allowed" });
}

const isOpen = (operation: Operation) => operation.for === "anyone";
const isPolled = (operation: Operation | undefined) => operation?.for === "caller" && operation.polled === true;

type Team = Extract<Operation, { for: "team" }>;
type OfCaller = Extract<Operation, { for: "caller" }>;

function answerTo(request: Request, caller: Caller, { operation, params }: Found): Promise<Response> {
  const { principal } = caller;
  if (operation.for === "stream") return answerStream(request, caller, { operation, params });
  if (operation.for === "team") return answerTeam(request, principal, { operation, params });
  if (operation.for === "caller") return answerCaller(request, principal, { operation, params });
  throw new Error("what is open to anyone was answered before");
}

async function answerTeam(
  request: Request,
  principal: Principal,
  { operation, params }: { operation: Team; params: Record<string, string> },
): Promise<Response> {
  const bytes = operation.method === "GET" ? Buffer.alloc(0) : await bodyBytes(request);
  const body = jsonOf(bytes);
  const ctx = await apiContext(request, principal);
  for (const capability of operation.needed ? [operation.needed(body)] : needsOf(operation))
    await demand(ctx, capability);
  const { tenant: _tenant, ...query } = queryOf(request);
  const asked = { ...checked(operation, { params, query, body }), request, ctx };
  const work = async () => ({ status: 200, body: JSON.stringify(await operation.answer(asked)) });
  const key = isKeyed(operation) ? request.headers.get("idempotency-key") : null;
  const sent = [request.method, rawPathOf(request), new URL(request.url).search, bytes];
  return json(request, await once(ctx, { key, request: sent }, work));
}

async function answerCaller(
  request: Request,
  principal: Principal,
  { operation, params }: { operation: OfCaller; params: Record<string, string> },
): Promise<Response> {
  const body = operation.method === "GET" ? {} : jsonOf(await bodyBytes(request));
  const asked = checked(operation, { params, query: queryOf(request), body });
  const answer = await operation.answer({ ...asked, request, principal });
  if (answer instanceof Response) return answer;
  return json(request, { status: 200, body: JSON.stringify(answer), replayed: false });
}

function json(request: Request, { status, body, replayed }: Said): Response {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "cache-control": "private, no-store",
    "x-request-id": currentRequest().requestId,
  };
  if (replayed) headers["idempotent-replayed"] = "true";
  return new Response(request.method === "HEAD" ? null : body, { status, headers });
}

function openAnswer(request: Request, value: unknown): Response {
  if (value instanceof Response) return value;
  const headers = { "content-type": "application/json", "cache-control": "public, max-age=300" };
  return new Response(request.method === "HEAD" ? null : JSON.stringify(value), { status: 200, headers });
}
