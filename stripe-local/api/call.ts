import type { z } from "zod";
import type { Account } from "../account.ts";

/** One call of the API: where it is, what a restricted key needs for it, what it takes and does. */
export interface Call {
  method: "GET" | "POST" | "DELETE";
  /** `/v1/customers/:id` */
  path: string;
  /** `customer` for rak_customer_read, or _write unless it only reads. */
  right: string;
  params: z.ZodType;
  run(account: Account, params: never, at: Where): object;
}

export interface Where {
  /** What the path names. */
  id: string;
  path: string;
  /** Where the stand-in's own pages are. */
  baseUrl: string;
}

/** A call whose function gets what its schema reads. */
export function call<S extends z.ZodType>(
  place: `${Call["method"]} ${string}`,
  right: string,
  what: { params: S; run(account: Account, params: z.output<S>, at: Where): object },
): Call {
  const [method, path] = place.split(" ") as [Call["method"], string];
  return { method, path, right, ...what };
}
