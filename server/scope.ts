import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "#lib/env.ts";
import type { RequestScope } from "#lib/http/index.ts";
import { newRequestId } from "#lib/ids.ts";
import { log } from "#lib/log.ts";

/** Names a request of the data plane and its client for everything that runs in it, the log and the answer. */
export function openDataScope(request: IncomingMessage, response: ServerResponse): RequestScope {
  const scope = scopeOf(request);
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    if (status >= 500) logAnswer(request, { ...scope, status });
    const [headers] = rest;
    // Headers that come all at once are written without being kept: most of what a small answer costs otherwise.
    if (isRecord(headers)) return writeHead(status, { ...headers, "x-request-id": scope.requestId });
    response.setHeader("x-request-id", scope.requestId);
    return writeHead(status, ...rest);
  };
  return scope;
}

/** The same for what Next answers, which also hears of the request's id; lets actions set a status. */
export function openPageScope(request: IncomingMessage, response: ServerResponse): RequestScope {
  const scope = scopeOf(request);
  request.headers["x-request-id"] = scope.requestId;
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const said = status === 200 && scope.status ? scope.status : status;
    if (!response.headersSent) markAnswer(response, scope);
    if (said >= 500) logAnswer(request, { ...scope, status: said });
    return writeHead(said, ...rest);
  };
  return scope;
}

function scopeOf(request: IncomingMessage): RequestScope {
  const requestId = newRequestId();
  return {
    requestId,
    address: addressOf(request),
    // Asked for by few: Node takes a request's headers apart when somebody first does.
    get userAgent() {
      return request.headers["user-agent"] ?? "";
    },
  };
}

function isRecord(headers: unknown): headers is Record<string, string> {
  return typeof headers === "object" && headers !== null && !Array.isArray(headers);
}

function logAnswer(
  { method, url }: IncomingMessage,
  { requestId, status }: { requestId: string; status: number },
): void {
  // Without the query: it may hold a link's secret.
  log.warn({ requestId, status, method, path: url?.split("?")[0] }, "answered");
}

function markAnswer(response: ServerResponse, { requestId }: RequestScope): void {
  response.setHeader("x-request-id", requestId);
  // Next's own for server actions forgets who it is for.
  const kept = String(response.getHeader("cache-control") ?? "");
  if (kept.includes("no-store") && kept.includes("no-cache") && !kept.includes("private")) {
    response.setHeader("cache-control", `private, ${kept}`);
  }
}

// The last entry is the one that our own proxy wrote; those before it are whatever the client sent.
function addressOf(request: IncomingMessage): string {
  const forwarded = env().TRUST_PROXY ? request.headers["x-forwarded-for"] : undefined;
  const last = String(forwarded ?? "")
    .split(",")
    .at(-1)
    ?.trim();
  return last || request.socket.remoteAddress || "unknown";
}
