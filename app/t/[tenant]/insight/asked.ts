import type { z } from "zod";
import { type Choice, Days } from "#lib/insight/index.ts";
import { given, type Query } from "#lib/web/index.ts";

export interface InsightProps {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export interface Asked {
  days: z.output<typeof Days>;
  product?: string;
  search?: string;
  after?: string;
}

/** What a page of insight is about, by its query. A period that is none counts as the usual one. */
export function askedBy(query: Query): Asked {
  const { days, ...rest } = given(query, ["days", "product", "search", "after"]);
  return { ...rest, days: Days.safeParse(days).data ?? "30" };
}

/** A query of those that have a value. */
export function queryOf(values: Record<string, string | undefined>): string {
  const set = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return set.length > 0 ? `?${new URLSearchParams(set)}` : "";
}

/** The product that a page is about: the one that was asked for, or the most used. */
export function chosenOf(choices: readonly Choice[], { product }: Pick<Asked, "product">): string | undefined {
  return product ?? choices.find(({ mostUsed }) => mostUsed)?.slug;
}
