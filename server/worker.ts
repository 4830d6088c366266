import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { flushPulls } from "#lib/catalog/index.ts";
import { closePool, startWatching } from "#lib/db/index.ts";
import { env, setEnv } from "#lib/env.ts";
import { inRequest, type RequestScope, unexpected } from "#lib/http/index.ts";
import { newId } from "#lib/ids.ts";
import { startJobs, stopJobs } from "#lib/jobs/index.ts";
import { log } from "#lib/log.ts";
import { dataPlane } from "./data-plane.ts";

const DRAIN_SECONDS = 25;
const IDLE_MS = 30_000;

/** Serves the data plane directly and gives the rest to Next, until SIGTERM; then finishes what is under way and ends. */
export async function startWorker(): Promise<void> {
  // next-auth reads its own variable; everything else goes through env().
  setEnv({ NEXTAUTH_URL: env().PUBLIC_URL });
  const pages = await nextHandler();
  const server = createServer(
    {
      requestTimeout: 0,
      headersTimeout: 15_000,
      keepAliveTimeout: 65_000,
      // Nothing here speaks another protocol; Next would take such a request and never answer.
      shouldUpgradeCallback: () => false,
    },
    (request, response) => {
      const scope = openScope(request, response);
      const route = dataPlane(request.url ?? "/");
      const refusal = refusalOf(request);
      if (refusal) response.writeHead(refusal).end();
      else if (route) inRequest(scope, () => route(request, response));
      else servePage(scope, { request, response, pages });
    },
  );
  await listening(server);
  stopOnSignal(server, startWatching());
  void startJobs();
}

/** What is no request of ours in any case: TRACE would send cookies back, and a target must be a path. */
function refusalOf({ method, url = "" }: IncomingMessage): number | null {
  if (method === "TRACE") return 405;
  return /^(\/|https?:\/\/)/.test(url) && !url.includes("#") ? null : 400;
}

type Pages = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

// A body that stops coming ends with its connection; the data plane keeps its own time.
function servePage(
  scope: RequestScope,
  { request, response, pages }: { request: IncomingMessage; response: ServerResponse; pages: Pages },
): void {
  request.socket.setTimeout(IDLE_MS);
  inRequest(scope, () => pages(request, response)).catch((error) => failed(response, error));
}

async function nextHandler(): Promise<Pages> {
  const { default: next } = await import("next");
  const app = next({ dev: false, hostname: env().HOST ?? "localhost", port: env().PORT });
  await app.prepare();
  return app.getRequestHandler();
}

// Next answers its own errors; this is for one in Next itself.
function failed(response: ServerResponse, error: unknown): void {
  const { message } = unexpected(error);
  if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
  response.end(message);
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: env().PORT, host: env().HOST }, resolve);
  });
}

/** Names the request and its client for everything that runs in it, the log and the answer; lets actions set a status. */
function openScope(request: IncomingMessage, response: ServerResponse): RequestScope {
  const userAgent = request.headers["user-agent"] ?? "";
  const scope: RequestScope = { requestId: newId(), address: addressOf(request), userAgent };
  request.headers["x-request-id"] = scope.requestId;
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const said = status === 200 && scope.status ? scope.status : status;
    if (!response.headersSent) markAnswer(response, scope);
    if (said >= 500)
      // Without the query: it may hold a link's secret.
      log.warn(
        { requestId: scope.requestId, status: said, method: request.method, path: request.url?.split("?")[0] },
        "answered",
      );
    return writeHead(said, ...rest);
  };
  return scope;
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

function stopOnSignal(server: Server, stopWatching: () => Promise<void>): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), DRAIN_SECONDS * 1000).unref();
    const jobsEnded = stopJobs();
    server.close(async () => {
      await flushPulls();
      await stopWatching();
      await jobsEnded;
      await closePool().catch(() => undefined);
      process.exit(0);
    });
    server.closeIdleConnections();
  };
  process.on("SIGTERM", stop);
  // Ctrl-C reaches every process of the terminal; the primary says when to stop.
  process.on("SIGINT", () => undefined);
  process.on("disconnect", stop);
}
