import { invalid } from "../errors.ts";

const PAGE_MAX = 1000;

/** `n` and `last` of a request for a list. @throws invalid where `n` is no whole number from 0 */
export function pageOf(request: Request, pageMax: number = PAGE_MAX): { last: string | null; limit: number } {
  const query = new URL(request.url).searchParams;
  const n = query.get("n");
  if (n !== null && !/^\d{1,15}$/.test(n)) {
    throw invalid({ n: "must be a whole number from 0" }, { reason: "PAGINATION_NUMBER_INVALID" });
  }
  return { last: query.get("last"), limit: n === null ? pageMax : Math.min(Number(n), pageMax) };
}

/** The header that leads to the next page (RFC 8288); none where nothing is its beginning: a page of 0 has no end. */
export function nextLink(path: string, query: Record<string, string | null | undefined>): { link?: string } {
  if (!query.last) return {};
  const given = Object.entries(query).flatMap(([name, value]) =>
    value ? [`${name}=${encodeURIComponent(value)}`] : [],
  );
  return { link: `<${path}?${given.join("&")}>; rel="next"` };
}
