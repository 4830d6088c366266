/** A part of a blob: from `start`, `length` bytes. */
export interface ByteRange {
  start: number;
  length: number;
}

/**
 * A Range header of one part (RFC 9110, section 14.1.2). Anything else than one range of bytes is ignored, as the RFC
 * allows: `whole`. A range that begins beyond the end is `unsatisfiable`.
 */
export function parseRange(header: string | null, size: number): ByteRange | "whole" | "unsatisfiable" {
  const match = header ? /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header) : null;
  const [first, last] = [match?.[1] ?? "", match?.[2] ?? ""];
  if (first === "" && last === "") return "whole";
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, length };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return "whole";
  if (start >= size) return "unsatisfiable";
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return { start, length: end - start + 1 };
}
