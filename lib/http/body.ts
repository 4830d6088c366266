import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { AppError, isAppError } from "../errors.ts";

const IDLE_MS = 30_000;

const incomings = new WeakMap<Request, IncomingMessage>();
const outgoings = new WeakMap<IncomingMessage, ServerResponse>();

/** Tells the doors which Node stream a request came from; the mount's part of `bodyOf`. */
export function rememberIncoming(request: Request, incoming: IncomingMessage, outgoing: ServerResponse): void {
  incomings.set(request, incoming);
  outgoings.set(incoming, outgoing);
}

/** Whether the request came through the mount. */
export function isMounted(request: Request): boolean {
  return incomings.has(request);
}

/**
 * A request's body as the raw Node stream: web streams are two to three times slower for large uploads. It breaks after
 * 30 s without a byte. Under `next dev` it is the web stream, wrapped.
 */
export function bodyOf(request: Request): Readable {
  const incoming = incomings.get(request);
  if (!incoming) {
    return request.body ? Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0]) : Readable.from([]);
  }
  const { socket } = incoming;
  // Without a listener of its own Node destroys a socket that times out. Once all has arrived, we may take our time.
  socket.setTimeout(IDLE_MS);
  incoming.once("end", () => {
    // After an answer that came first, the time that Node set is the one for the next request.
    if (!outgoings.get(incoming)?.writableEnded) socket.setTimeout(0);
  });
  return incoming;
}

/** The path as it was sent, nothing decoded or resolved, without the query. */
export function rawPathOf(request: Request): string {
  const target = incomings.get(request)?.url ?? new URL(request.url).pathname;
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
}

/** A stream's chunks; leaving the loop early leaves the connection open, so that the answer still gets through. */
function chunksOf(stream: Readable): AsyncIterable<Buffer> {
  return stream.iterator({ destroyOnReturn: false });
}

function brokenOff(cause: unknown): AppError {
  return new AppError("invalid", "The body broke off.", { reason: "malformed", cause });
}

/**
 * A body in memory. @throws too_large beyond `bytesMax`, having read no more than that
 */
export async function bytesOf(request: Request, bytesMax: number): Promise<Buffer> {
  const tooLarge = () => new AppError("too_large", `The body may have at most ${bytesMax} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of chunksOf(bodyOf(request))) {
      length += chunk.length;
      if (length > bytesMax) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw isAppError(error) ? error : brokenOff(error);
  }
  return Buffer.concat(chunks, length);
}
