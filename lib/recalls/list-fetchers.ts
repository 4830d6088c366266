import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { csvLine } from "../csv.ts";
import { invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { type FetcherKind, KINDS, personsSql } from "./fetched-sql.ts";
import { Thing, thingInTenant } from "./recalled-thing.ts";

const CURSOR = /^([^|]+)\|(.*)$/s;

const Page = z.strictObject({
  thing: Thing,
  kind: z.enum(KINDS).optional(),
  /** A part of the address or the robot's name. */
  search: z.string().trim().max(200).optional(),
  /** Where the page before said that this one begins. */
  after: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(25),
});

export const FetcherFilter = Page;

/** A file or an image that somebody fetched. */
export interface Fetched {
  /** A file's name, or repository:tag@digest with the digest in short. */
  what: string;
  firstAt: Date;
  lastAt: Date;
  times: number;
}

export interface Fetcher {
  kind: FetcherKind;
  /** An address, a robot's name, or "somebody who is gone". */
  label: string;
  memberId: string | null;
  firstAt: Date;
  lastAt: Date;
  times: number;
  /** The latest first. */
  things: Fetched[];
}

export interface FetcherPage {
  fetchers: Fetcher[];
  next: string | null;
}

interface Row extends Omit<Fetcher, "things"> {
  person: string;
  things: (Omit<Fetched, "firstAt" | "lastAt"> & { firstAt: string; lastAt: string })[];
}

/**
 * Who fetched a release, an image, or what a recall is about: each person once, by their names, a page at a time.
 * @throws forbidden without `release.view` and `member.view`; not_found; invalid
 */
export async function listFetchers(ctx: Ctx, input: z.input<typeof FetcherFilter>): Promise<FetcherPage> {
  const asked = await allowed(ctx, input);
  return query((db) => page(db, ctx, asked));
}

async function allowed(ctx: Ctx, input: z.input<typeof FetcherFilter>): Promise<z.output<typeof Page>> {
  await demand(ctx, "release.view");
  await demand(ctx, "member.view");
  const asked = parse(FetcherFilter, input);
  await query((db) => thingInTenant(db, ctx, asked.thing));
  return asked;
}

async function page(db: Tx, ctx: Ctx, asked: z.output<typeof Page>): Promise<FetcherPage> {
  const { thing, kind = null, search = "", after, limit } = asked;
  const [, person = null, label = null] = after === undefined ? [] : (CURSOR.exec(after) ?? []);
  if (after !== undefined && person === null) throw invalid({ after: "is not where a page begins" });
  const rows = await db.$queryRaw<Row[]>`
    WITH RECURSIVE ${personsSql(ctx, thing)}
    SELECT person, kind, label, member_id AS "memberId", min(first_at) AS "firstAt", max(last_at) AS "lastAt",
      sum(times) AS times, json_agg(json_build_object('what', what, 'firstAt', first_at, 'lastAt', last_at, 'times', times)
        ORDER BY last_at DESC, what) AS things
    FROM persons
    WHERE (${kind}::text IS NULL OR kind = ${kind}) AND position(lower(${search}) IN lower(label)) > 0
      AND (${person}::text IS NULL OR (label COLLATE "C", person COLLATE "C") > (${label}::text, ${person}::text))
    GROUP BY 1, 2, 3, 4 ORDER BY label COLLATE "C", person COLLATE "C" LIMIT ${limit + 1}`;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { fetchers: shown.map(fetcherOf), next: last && rows.length > limit ? `${last.person}|${last.label}` : null };
}

function fetcherOf({ person: _, things, ...row }: Row): Fetcher {
  const dated = things.map(({ firstAt, lastAt, ...of }) => ({
    ...of,
    firstAt: new Date(firstAt),
    lastAt: new Date(lastAt),
  }));
  return { ...row, things: dated };
}

const CSV_HEADER = ["who", "kind", "member", "what", "first fetched", "last fetched", "times"];
// Each page counts all who fetched it: so few that this takes no longer than the sending.
const CSV_PAGE = 5000;

/**
 * The same as lines of CSV, one for each person and thing, a page of persons at a time in memory.
 * @throws as listFetchers, with the first line
 */
export async function* fetchersCsv(ctx: Ctx, thing: Thing): AsyncGenerator<string> {
  const asked = await allowed(ctx, { thing });
  let after: string | undefined;
  do {
    const { fetchers, next } = await query((db) => page(db, ctx, { ...asked, after, limit: CSV_PAGE }));
    const lines = fetchers.flatMap(({ label, kind, memberId, things }) =>
      things.map(({ what, firstAt, lastAt, times }) => csvLine([label, kind, memberId, what, firstAt, lastAt, times])),
    );
    yield (after === undefined ? csvLine(CSV_HEADER) : "") + lines.join("");
    after = next ?? undefined;
  } while (after !== undefined);
}
