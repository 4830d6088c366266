import type { ByteRange } from "#lib/http/index.ts";

/** `Content-Range: <start>-<end>` of a chunk (distribution-spec, "Pushing a blob in chunks"); some say `bytes ` before. */
export function parseContentRange(header: string | null): ByteRange | null {
  const match = header ? /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(header) : null;
  if (!match) return null;
  const [start, end] = [Number(match[1]), Number(match[2])];
  return end < start ? null : { start, length: end - start + 1 };
}
