import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { viewProductNamed } from "#lib/catalog/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { type CsvCell, csvLine } from "../csv.ts";
import { parse } from "../parse.ts";
import { demandInsight } from "./demand-insight.ts";
import { AdopterFilter, readAdopters } from "./list-adopters.ts";
import { MemberUseFilter, readMemberUse } from "./list-member-use.ts";
import { ProductUseFilter, readProductUse } from "./list-product-use.ts";
import { type RunVersion, readVersionUse, VersionUseFilter } from "./list-version-use.ts";
import type { Page } from "./page.ts";
import { isoDay } from "./period.ts";
import { UseFilter, viewUse } from "./view-use.ts";

/** Which of the tables, with the filters that it is seen with. */
export const ExportInsight = z.discriminatedUnion("of", [
  UseFilter.extend({ of: z.literal("days") }),
  ProductUseFilter.omit({ after: true, limit: true }).extend({ of: z.literal("products") }),
  VersionUseFilter.omit({ after: true, limit: true }).extend({ of: z.literal("versions") }),
  MemberUseFilter.omit({ after: true, limit: true }).extend({ of: z.literal("members") }),
  AdopterFilter.omit({ after: true, limit: true }).extend({ of: z.literal("adopters") }),
]);
type Asked = z.output<typeof ExportInsight>;

/** A table, row by row. */
interface Lines {
  columns: readonly string[];
  rows: AsyncIterable<readonly CsvCell[]>;
}

// So many rows are in memory at once: few questions, since each sorts all that there is.
const PAGE = 5000;

/**
 * One of the tables as CSV, whole, read a page at a time while it is sent. That somebody took it along is in the log.
 * @throws forbidden without `product.view` and `member.view`; not_found; invalid
 */
export async function exportInsight(
  ctx: Ctx,
  input: unknown,
): Promise<{ filename: string; lines: AsyncIterable<string> }> {
  await demandInsight(ctx);
  const asked = parse(ExportInsight, input);
  const table = await tableOf(ctx, asked);
  const { of, ...filters } = asked;
  await transaction((tx) =>
    record(tx, ctx, {
      action: "insight.exported",
      subject: { type: "tenant", id: ctx.tenant.id, label: ctx.tenant.slug },
      after: { table: of, ...filters },
    }),
  );
  const about = "product" in asked && asked.product ? `-${asked.product}` : "";
  return { filename: `${ctx.tenant.slug}${about}-${of}-${isoDay(ctx.now)}.csv`, lines: linesOf(table) };
}

async function* linesOf({ columns, rows }: Lines): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const row of rows) yield csvLine(row);
}

/** Every row of a list that is read by `read`, a page after the other. */
async function* each<Row>(read: (after: string | undefined) => Promise<Page<Row>>): AsyncGenerator<Row> {
  let after: string | undefined;
  do {
    const { rows, next } = await read(after);
    yield* rows;
    after = next ?? undefined;
  } while (after !== undefined);
}

async function* mapped<Row>(rows: AsyncIterable<Row>, cells: (row: Row) => readonly CsvCell[]) {
  for await (const row of rows) yield cells(row);
}

async function tableOf(ctx: Ctx, asked: Asked): Promise<Lines> {
  if (asked.of === "days") return daysTable(ctx, asked);
  if (asked.of === "products") return productsTable(ctx, asked);
  const product = asked.product === undefined ? null : await viewProductNamed(ctx, asked.product);
  if (asked.of === "members") return membersTable(ctx, { ...asked, productId: product?.id ?? null });
  if (!product) throw new Error("the schema asks for a product");
  if (asked.of === "versions") return versionsTable(ctx, { ...asked, productId: product.id });
  return adoptersTable(ctx, { ...asked, product });
}

async function daysTable(ctx: Ctx, { days, product }: Extract<Asked, { of: "days" }>): Promise<Lines> {
  const use = await viewUse(ctx, { days, product });
  async function* rows() {
    for (const { day, pulls, downloads } of use.days) yield [isoDay(day), pulls, downloads];
  }
  return { columns: ["day", "pulls", "downloads"], rows: rows() };
}

function productsTable(ctx: Ctx, { of: _, ...filter }: Extract<Asked, { of: "products" }>): Lines {
  return {
    columns: ["product", "name", "pulls", "downloads", "members", "last_fetched"],
    rows: mapped(
      each((after) => readProductUse(ctx, { ...filter, after, limit: PAGE })),
      ({ product, pulls, downloads, members, lastAt }) => [
        ...[product.slug, product.name, pulls, downloads, members, lastAt],
      ],
    ),
  };
}

const RUN_COLUMNS = ["version", "tag", "state", "recalled"];
const runCells = ({ version, tag, state, recalled }: RunVersion): CsvCell[] => [
  ...[version, tag, state, recalled ? "yes" : "no"],
];

function versionsTable(
  ctx: Ctx,
  { days, productId }: Extract<Asked, { of: "versions" }> & { productId: string },
): Lines {
  const read = (after = "0") => readVersionUse(ctx, { days, productId, after: Number(after), limit: PAGE });
  return {
    columns: [...RUN_COLUMNS, "latest", "members", "share", "last_fetched"],
    rows: mapped(each(read), ({ latest, members, share, lastAt, ...run }) => [
      ...[...runCells(run), latest ? "yes" : "no", members, Number(share.toFixed(4)), lastAt],
    ]),
  };
}

function membersTable(
  ctx: Ctx,
  { days, search, productId }: Extract<Asked, { of: "members" }> & { productId: string | null },
): Lines {
  return {
    columns: ["member", "name", "pulls", "downloads", "last_fetched", "runs"],
    rows: mapped(
      each((after) => readMemberUse(ctx, { days, search, productId, after, limit: PAGE })),
      ({ member, pulls, downloads, lastAt, runs }) => [
        ...[member.email, member.name, pulls, downloads, lastAt],
        runs.map(({ product, version, tag }) => `${product.slug} ${version ?? tag ?? "?"}`).join("; "),
      ],
    ),
  };
}

type AdoptersAsked = Omit<Parameters<typeof readAdopters>[1], "after" | "limit">;

function adoptersTable(ctx: Ctx, asked: AdoptersAsked): Lines {
  return {
    columns: ["member", "name", "in_good_standing", ...RUN_COLUMNS, "behind", "last_fetched"],
    rows: mapped(
      each((after) => readAdopters(ctx, { ...asked, after, limit: PAGE })),
      ({ member, inGoodStanding, behind, lastAt, ...run }) => [
        ...[member.email, member.name, inGoodStanding ? "yes" : "no", ...runCells(run), behind, lastAt],
      ],
    ),
  };
}
