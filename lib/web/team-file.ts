import { Readable } from "node:stream";
import { unstable_rethrow } from "next/navigation";
import { type ByteRange, parseRange } from "#lib/http/index.ts";
import { inText } from "./in-text.ts";
import { type Entrance, requireTeam } from "./require.ts";

/** A file that is sent as it is read. */
export interface SentFile {
  /** In ASCII, without what a header would need to quote. */
  filename: string;
  bytes: number;
  read(range?: ByteRange): Promise<Readable>;
}

/**
 * Answers the team with a file, or with the part of it that was asked for (RFC 9110, section 14): downloads go on where they
 * broke off. `part` says whether this is the rest of one. Refusals are a sentence with their status.
 * @throws Next's own notFound() and redirect(), for whoever does not belong
 */
export async function teamFile(
  request: Request,
  slug: string,
  load: (entrance: Entrance, asked: { part: boolean }) => Promise<SentFile>,
): Promise<Response> {
  try {
    const asked = request.headers.get("range");
    const { filename, bytes, read } = await load(await requireTeam(slug), { part: /^bytes=[1-9]/.test(asked ?? "") });
    const headers = {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${filename}"`,
      "cache-control": "private, no-store",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox",
      "accept-ranges": "bytes",
    };
    const range = parseRange(asked, bytes);
    if (range === "unsatisfiable") {
      return new Response(null, { status: 416, headers: { ...headers, "content-range": `bytes */${bytes}` } });
    }
    if (range === "whole") return streamed(await read(), { status: 200, headers, length: bytes });
    const { start, length } = range;
    const contentRange = { "content-range": `bytes ${start}-${start + length - 1}/${bytes}` };
    return streamed(await read(range), { status: 206, headers: { ...headers, ...contentRange }, length });
  } catch (error) {
    unstable_rethrow(error);
    return inText(error);
  }
}

function streamed(
  source: Readable,
  { status, headers, length }: { status: number; headers: Record<string, string>; length: number },
): Response {
  const body = Readable.toWeb(source) as unknown as ReadableStream<Uint8Array>;
  return new Response(body, { status, headers: { ...headers, "content-length": String(length) } });
}
