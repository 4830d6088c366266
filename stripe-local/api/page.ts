import type Stripe from "stripe";
import { missing } from "../failures.ts";
import type { Range } from "./params.ts";

interface Paging {
  limit: number;
  starting_after?: string;
  ending_before?: string;
  created?: Range;
}

/** One page of a list, newest first (https://docs.stripe.com/api/pagination). `rows` come oldest first, as they are kept. */
export function pageOf<T extends { id: string; created?: number }>(
  rows: T[],
  url: string,
  paging: Paging,
): Stripe.ApiList<T> {
  const found = rows.reverse().filter(({ created }) => isWithin(created ?? 0, paging.created));
  const at = (id: string, param: string) => {
    const index = found.findIndex((row) => row.id === id);
    if (index < 0) throw missing("object", id, param);
    return index;
  };
  if (paging.ending_before) {
    const end = at(paging.ending_before, "ending_before");
    const start = Math.max(0, end - paging.limit);
    return { object: "list", data: found.slice(start, end), has_more: start > 0, url };
  }
  const start = paging.starting_after ? at(paging.starting_after, "starting_after") + 1 : 0;
  const data = found.slice(start, start + paging.limit);
  return { object: "list", data, has_more: start + data.length < found.length, url };
}

function isWithin(created: number, range?: Range): boolean {
  if (range === undefined) return true;
  if (typeof range === "number") return created === range;
  const { gt = -1, gte = 0, lt = Infinity, lte = Infinity } = range;
  return created > gt && created >= gte && created < lt && created <= lte;
}
