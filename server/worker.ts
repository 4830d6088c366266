import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { closePool, flushLateWrites, startWatching } from "#lib/db/index.ts";
import { env, setEnv } from "#lib/env.ts";
import { inRequest, type RequestScope, unexpected } from "#lib/http/index.ts";
import { startJobs, stopJobs } from "#lib/jobs/index.ts";
import { stopping } from "#lib/stopping.ts";
import { dataPlane } from "./data-plane.ts";
import { HTTP_OPTIONS } from "./http-options.ts";
import { openDataScope, openPageScope } from "./scope.ts";

const DRAIN_SECONDS = 25;
const IDLE_MS = 30_000;
const CLOSE_IDLE_MS = 100;

/** Serves the data plane directly and gives the rest to Next, until SIGTERM; then finishes what is under way and ends. */
export async function startWorker(): Promise<void> {
  // next-auth reads its own variable; everything else goes through env().
  setEnv({ NEXTAUTH_URL: env().PUBLIC_URL });
  const pages = await nextHandler();
  const server = createServer(HTTP_OPTIONS, (request, response) => {
    // What is asked after this goes to another worker.
    if (stopping().signal.aborted) response.shouldKeepAlive = false;
    const route = dataPlane(request.url ?? "/");
    const refusal = refusalOf(request);
    const scope = route ? openDataScope(request, response) : openPageScope(request, response);
    if (refusal) response.writeHead(refusal).end();
    else if (route) inRequest(scope, () => route(request, response));
    else servePage(scope, { request, response, pages });
  });
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

function stopOnSignal(server: Server, stopWatching: () => Promise<void>): void {
  const stop = () => {
    if (stopping().signal.aborted) return;
    stopping().abort();
    setTimeout(() => flushLateWrites().finally(() => process.exit(1)), DRAIN_SECONDS * 1000).unref();
    const jobsEnded = stopJobs();
    server.close(async () => {
      await flushLateWrites();
      await stopWatching();
      await jobsEnded;
      await closePool().catch(() => undefined);
      process.exit(0);
    });
    // A connection whose answer was under way is idle after it, for as long as clients keep them: close() would wait for that.
    setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_MS);
  };
  process.on("SIGTERM", stop);
  // Ctrl-C reaches every process of the terminal; the primary says when to stop.
  process.on("SIGINT", () => undefined);
  process.on("disconnect", stop);
}
