import type { Readable } from "node:stream";
import { hasAlready, rangeAsked } from "./conditions.ts";
import { fileResponse, streamResponse } from "./file-body.ts";
import { parseRange } from "./range.ts";

/** Where bytes are: a file of this machine, or somewhere from where they can be linked to or streamed. */
type Place =
  | { path: string }
  | {
      link: ((disposition?: string) => Promise<string>) | null;
      open(start: number, length: number): Promise<Readable>;
    };

export interface Stored {
  /** Bytes. */
  size: number;
  /** Of an answer with the bytes or a part of them; the length is added here. */
  headers: Record<string, string> & { etag: string };
  /** Of an answer that sends the reader elsewhere. */
  linkHeaders: Record<string, string>;
  /** All of it in memory, where it is small enough for that. */
  whole?: () => Promise<Buffer>;
  place(): Place;
}

/** GET and HEAD of bytes that never change, with ranges and conditions (RFC 9110, sections 13 and 14). */
export async function storedResponse(request: Request, stored: Stored): Promise<Response> {
  const { size, headers } = stored;
  if (hasAlready(request, headers.etag)) return new Response(null, { status: 304, headers });
  const whole = { ...headers, "content-length": String(size) };
  if (request.method === "HEAD") return new Response(null, { status: 200, headers: whole });
  const range = parseRange(rangeAsked(request, headers.etag), size);
  if (range === "unsatisfiable") {
    const none = { ...headers, "content-range": `bytes */${size}`, "content-length": "0" };
    return new Response(null, { status: 416, headers: none });
  }
  if (range === "whole") {
    const bytes = await stored.whole?.();
    if (bytes) return new Response(bytes as Uint8Array<ArrayBuffer>, { status: 200, headers: whole });
    return bytesFrom(request, stored, { start: 0, length: size, status: 200, headers: whole });
  }
  const { start, length } = range;
  const part = { "content-range": `bytes ${start}-${start + length - 1}/${size}`, "content-length": String(length) };
  return bytesFrom(request, stored, { start, length, status: 206, headers: { ...headers, ...part } });
}

interface Part {
  start: number;
  length: number;
  status: number;
  headers: Record<string, string>;
}

/** A file, a link to where the bytes are (the reader asks there for its range), or a stream. */
async function bytesFrom(request: Request, stored: Stored, { start, length, ...init }: Part): Promise<Response> {
  const place = stored.place();
  if ("path" in place) return fileResponse(request, { path: place.path, start, length }, init);
  if (!place.link) return streamResponse(request, await place.open(start, length), init);
  const location = await place.link(init.headers["content-disposition"]);
  return new Response(null, { status: 307, headers: { ...stored.linkHeaders, location, "content-length": "0" } });
}
