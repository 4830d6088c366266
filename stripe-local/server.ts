import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { newId } from "./account.ts";
import { type AccountOf, type Answer, answerCall } from "./api/answer.ts";
import { Faults } from "./faults.ts";

const BODY_MAX = 1 << 20;
const CALLS_KEPT = 10_000;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** A call as it was made, for tests that count. */
export interface SeenCall {
  method: string;
  path: string;
  key: string;
  status: number;
}

/** Serves pages beside the API; null where the path is none of theirs. */
export type Pages = (request: Request) => Promise<Response | null>;

export interface Served {
  url: string;
  faults: Faults;
  calls: SeenCall[];
  stop(): Promise<void>;
}

/** Listens on loopback, unless told otherwise, and answers what Purser asks of Stripe. */
export async function serve(
  accountOf: AccountOf,
  options: { port?: number; host?: string; pages?: Pages; onChange?: () => void },
): Promise<Served> {
  const { port = 0, host = "127.0.0.1", pages, onChange } = options;
  const served = { url: "", faults: new Faults(), calls: [] as SeenCall[] };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.writeHead(500).end(String(error.stack)));
  });
  server.keepAliveTimeout = 30_000;
  server.listen(port, host);
  await once(server, "listening");
  served.url = `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    served.faults.releaseAll();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { ...served, stop };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", served.url);
    const body = await textOf(request);
    if (request.method !== "GET") response.once("close", () => onChange?.());
    if (!url.pathname.startsWith("/v1/")) {
      return showPage(request, response, { url, body, pages: isAtHome(request, host) ? pages : undefined });
    }
    return askApi(request, response, { url, body });
  }

  async function askApi(
    { method = "GET", headers }: IncomingMessage,
    response: ServerResponse,
    { url, body }: { url: URL; body: string },
  ): Promise<void> {
    const { authorization = "", "idempotency-key": key, "stripe-version": version } = headers;
    const idempotencyKey = key ? String(key) : null;
    const said =
      served.faults.next(method, url.pathname) ??
      answerCall({ method, url, body, authorization, idempotencyKey, baseUrl: served.url }, accountOf);
    served.calls.push({ method, path: url.pathname, key: authorization.replace(/^Bearer /, ""), status: said.status });
    if (served.calls.length > CALLS_KEPT) served.calls.shift();
    const text = JSON.stringify(said.body);
    await served.faults.pass(method, url.pathname);
    response.writeHead(said.status, headersOf(said, version ? String(version) : null)).end(text);
  }
}

/**
 * Whether a browser means this server: by a name of this machine, so that no other name can be led here, and from a page of
 * our own where something is to be done.
 */
function isAtHome({ headers: { host = "", origin } }: IncomingMessage, listensOn: string): boolean {
  if (LOOPBACK.test(listensOn) && !LOOPBACK.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}

function headersOf(said: Answer, version: string | null): Record<string, string> {
  return {
    "content-type": "application/json",
    "request-id": newId("req_", 14),
    "stripe-version": version ?? "2026-10-28.endive",
    ...(said.replayed ? { "idempotent-replayed": "true" } : {}),
    // So that the SDK does not wait and try again where a test wants to see the refusal itself.
    ...(said.status === 429 ? { "stripe-should-retry": "false" } : {}),
  };
}

async function showPage(
  request: IncomingMessage,
  response: ServerResponse,
  { url, body, pages }: { url: URL; body: string; pages: Pages | undefined },
): Promise<void> {
  const { method = "GET", headers } = request;
  const given = { method, headers: { "content-type": headers["content-type"] ?? "" } };
  const asked = new Request(url, method === "POST" ? { ...given, body } : given);
  const page =
    (await pages?.(asked)) ?? new Response("There is no such page here, or another site asked.\n", { status: 404 });
  response.writeHead(page.status, Object.fromEntries(page.headers)).end(await page.text());
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_MAX) throw new Error("the body is too large");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
