import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { AppError } from "../errors.ts";
import { checkedUrl, pin, type Resolve } from "./pin.ts";
import { failed, failureOf } from "./refusals.ts";

export interface OutgoingRequest {
  url: string | URL;
  method?: "GET" | "HEAD" | "POST";
  headers?: Record<string, string>;
  body?: string;
}

export interface OutgoingLimits {
  /** How many bytes the answer may have. */
  bytesMax: number;
  signal?: AbortSignal;
  /** Until the connection stands, TLS and all. */
  connectMs?: number;
  /** Without a byte. */
  idleMs?: number;
  /** All in all, redirects and body. */
  wholeMs?: number;
  /** Who answers for names: for tests. */
  resolve?: Resolve;
}

export interface OutgoingAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Where the answer came from, after all redirects. */
  url: URL;
  /** To be read or destroyed. It breaks with an AppError: beyond `bytesMax`, cut off, or too slow. */
  body: Readable;
  /** Until when the server's certificate holds; null without TLS. */
  certificateUntil: Date | null;
}

const REDIRECTS_MAX = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const DEFAULTS = { connectMs: 10_000, idleMs: 30_000, wholeMs: 60_000 };

type Limits = OutgoingLimits & typeof DEFAULTS & { signal: AbortSignal };

/**
 * Calls an address that somebody chose: https, to public addresses or those that OUTGOING_ALLOW names, each checked and then
 * pinned, each redirect anew and without Authorization for another origin (threats.md, 20). Any status is an answer.
 * @throws invalid where the address is refused: nothing was sent to it; unavailable where the other side fails; too_large
 */
export async function outgoing(request: OutgoingRequest, given: OutgoingLimits): Promise<OutgoingAnswer> {
  const wholeMs = given.wholeMs ?? DEFAULTS.wholeMs;
  const signal = AbortSignal.any([AbortSignal.timeout(wholeMs), ...(given.signal ? [given.signal] : [])]);
  const limits: Limits = { ...DEFAULTS, ...given, wholeMs, signal };
  let [url, headers] = [checkedUrl(request.url), request.headers ?? {}];
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const incoming = await sendTo(url, { ...request, headers }, limits);
    const next = redirectOf(incoming, url, request.method);
    if (!next) return answerOf(incoming, url, { ...limits, head: request.method === "HEAD" });
    incoming.destroy();
    if (next.origin !== url.origin) headers = withoutCredentials(headers);
    url = next;
  }
  throw failed(`${url.host} redirects more than ${REDIRECTS_MAX} times.`);
}

/** The same with the body in memory. @throws as outgoing */
export async function outgoingBytes(
  request: OutgoingRequest,
  limits: OutgoingLimits,
): Promise<Omit<OutgoingAnswer, "body"> & { bytes: Buffer }> {
  const { body, ...answer } = await outgoing(request, limits);
  return { ...answer, bytes: Buffer.concat(await body.toArray()) };
}

function redirectOf(incoming: IncomingMessage, url: URL, method = "GET"): URL | null {
  const { statusCode = 0, headers } = incoming;
  if (!REDIRECTS.has(statusCode) || headers.location === undefined) return null;
  if (method !== "POST") return checkedUrl(headers.location, url);
  incoming.destroy();
  throw failed(`${url.host} answers with a redirect where it must answer itself.`);
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)));
}

async function sendTo(url: URL, request: OutgoingRequest, limits: Limits): Promise<IncomingMessage> {
  try {
    const lookup = await Promise.race([pin(url, limits.resolve), endOf(limits, url)]);
    limits.signal.throwIfAborted();
    const headers = { "user-agent": "Purser", "accept-encoding": "identity", ...request.headers };
    const options = { method: request.method ?? "GET", headers, lookup, agent: false };
    const sent = url.protocol === "https:" ? httpsRequest(url, options) : httpRequest(url, options);
    return await responseTo(sent, { url, limits, body: request.body });
  } catch (error) {
    throw failureOf(error, url);
  }
}

/** What ends a call from our side, as a promise that fails. */
function endOf({ signal, wholeMs }: Limits, { host }: URL): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(endedBy(signal, host, wholeMs));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

function endedBy(signal: AbortSignal, host: string, wholeMs: number): unknown {
  const late = (signal.reason as Error | undefined)?.name === "TimeoutError";
  return late ? failed(`${host} took longer than ${wholeMs / 1000} s.`) : failed(`The call to ${host} was given up.`);
}

interface Call {
  url: URL;
  limits: Limits;
  body?: string;
}

function responseTo(sent: ClientRequest, { url, limits, body }: Call): Promise<IncomingMessage> {
  const { signal, connectMs, idleMs, wholeMs } = limits;
  return new Promise((resolve, reject) => {
    let incoming: IncomingMessage | undefined;
    const end = (error: unknown) => (incoming ?? sent).destroy(error as Error);
    const connecting = setTimeout(() => end(failed(`${url.host} does not answer.`)), connectMs);
    const aborted = () => end(endedBy(signal, url.host, wholeMs));
    signal.addEventListener("abort", aborted, { once: true });
    sent.once("close", () => {
      clearTimeout(connecting);
      signal.removeEventListener("abort", aborted);
    });
    sent.once("socket", (socket) => {
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => clearTimeout(connecting));
      socket.setTimeout(idleMs, () => end(failed(`${url.host} was silent for ${idleMs / 1000} s.`)));
    });
    sent.on("error", reject);
    sent.once("response", (response) => {
      incoming = response;
      // What breaks it is thrown to whoever reads it.
      response.on("error", () => undefined);
      resolve(response);
    });
    sent.end(body);
  });
}

function answerOf(incoming: IncomingMessage, url: URL, bounds: Bounds): OutgoingAnswer {
  const { statusCode: status = 0, headers, socket } = incoming;
  const until = url.protocol === "https:" ? (socket as TLSSocket).getPeerCertificate().valid_to : undefined;
  const body = Readable.from(bounded(incoming, url, bounds), { objectMode: false });
  // Whoever lets it go has broken nothing, and nothing of it stays open.
  body.on("error", () => undefined);
  body.once("close", () => incoming.destroy());
  return { status, headers, url, body, certificateUntil: until ? new Date(until) : null };
}

interface Bounds {
  bytesMax: number;
  /** An answer to HEAD tells the length of what it does not hold. */
  head: boolean;
}

async function* bounded(incoming: IncomingMessage, url: URL, { bytesMax, head }: Bounds): AsyncGenerator<Buffer> {
  const tooLarge = () => new AppError("too_large", `The answer of ${url.host} has more than ${bytesMax} bytes.`);
  let bytes = 0;
  try {
    if (!head && Number(incoming.headers["content-length"] ?? 0) > bytesMax) throw tooLarge();
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    throw failureOf(error, url);
  } finally {
    incoming.destroy();
  }
}
