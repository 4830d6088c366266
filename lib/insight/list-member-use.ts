import { z } from "zod";
import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { ask } from "./ask.ts";
import { demandInsight, productIdOf } from "./demand-insight.ts";
import type { RunVersion } from "./list-version-use.ts";
import { newestSql, VERSION_OF, VERSION_SHOWN } from "./newest-sql.ts";
import { Limit, type Page, pageOf, partsOf, Search, Slug, UseCursor } from "./page.ts";
import { Days, inPeriodSql, periodOf } from "./period.ts";
import type { Fetched } from "./view-use.ts";

export const MemberUseFilter = z.strictObject({
  days: Days,
  product: Slug.optional().describe("A product's slug"),
  /** A part of the name or the address. */
  search: Search,
  after: UseCursor.optional(),
  limit: Limit,
});

export interface MemberUse extends Fetched {
  member: { id: string; email: string; name: string | null };
  /** When they last fetched something in the period. */
  lastAt: Date;
  /** The highest version of each product that they ever fetched, by its name; of the asked product alone where one is. */
  runs: (RunVersion & { product: { slug: string; name: string } })[];
}

type Asked = Omit<z.output<typeof MemberUseFilter>, "product"> & { productId: string | null };

/** The members who fetched something in the period, who fetched most first. @throws forbidden; not_found; invalid */
export async function listMemberUse(ctx: Ctx, input: z.input<typeof MemberUseFilter>): Promise<Page<MemberUse>> {
  await demandInsight(ctx);
  const { product, ...filter } = parse(MemberUseFilter, input);
  return readMemberUse(ctx, { ...filter, productId: await productIdOf(ctx, product) });
}

/** The same for whoever asked for the right, with any limit. */
export async function readMemberUse(ctx: Ctx, asked: Asked): Promise<Page<MemberUse>> {
  return ask(async (tx) => {
    const page = pageOf(await readUse(tx, ctx, asked), asked.limit, useOf);
    const memberIds = page.rows.map(({ member }) => member.id);
    const runs = await readRuns(tx, ctx, { productId: asked.productId, memberIds });
    return { ...page, rows: page.rows.map((row) => ({ ...row, runs: runs.get(row.member.id) ?? [] })) };
  });
}

const useOf = ({ member, pulls, downloads }: Omit<MemberUse, "runs">) => `${pulls + downloads}.${member.id}`;

function readUse(
  tx: Tx,
  ctx: Ctx,
  { days, productId, search = "", after, limit }: Asked,
): Promise<Omit<MemberUse, "runs">[]> {
  const from = partsOf(after);
  return tx.$queryRaw<Omit<MemberUse, "runs">[]>`
      SELECT json_build_object('id', m.id, 'email', u.email, 'name', u.name) AS member, d.pulls, d.downloads,
        d.last_at AS "lastAt"
      FROM (SELECT member_id, sum(pulls)::int AS pulls, sum(downloads)::int AS downloads, max(last_at) AS last_at
        FROM member_days
        WHERE tenant_id = ${ctx.tenant.id}::uuid AND ${inPeriodSql(periodOf(ctx, days))}
          AND (${productId}::uuid IS NULL OR product_id = ${productId}::uuid)
        GROUP BY 1) d
      JOIN members m ON m.tenant_id = ${ctx.tenant.id}::uuid AND m.id = d.member_id JOIN users u ON u.id = m.user_id
      WHERE (position(lower(${search}) IN u.email) > 0 OR position(lower(${search}) IN lower(u.name)) > 0)
        AND (${from.id}::uuid IS NULL OR d.pulls + d.downloads < ${from.uses}::int
          OR (d.pulls + d.downloads = ${from.uses}::int AND m.id > ${from.id}::uuid))
      ORDER BY d.pulls + d.downloads DESC, m.id LIMIT ${limit + 1}`;
}

interface RunRow extends RunVersion {
  memberId: string;
  slug: string;
  name: string;
}

async function readRuns(
  tx: Tx,
  ctx: Ctx,
  { productId, memberIds }: { productId: string | null; memberIds: readonly string[] },
): Promise<Map<string, MemberUse["runs"]>> {
  if (memberIds.length === 0) return new Map();
  const looked = { tenantId: ctx.tenant.id, productId: productId ?? undefined, memberIds };
  const rows = await tx.$queryRaw<RunRow[]>`
      WITH ${newestSql(looked)}
      SELECT n.member_id AS "memberId", p.slug, p.name, ${VERSION_SHOWN}, CASE WHEN n.key IS NULL THEN n.tag END AS tag
      FROM newest n JOIN products p ON p.id = n.product_id ${VERSION_OF}
      ORDER BY p.name, p.id`;
  const shown = rows.map(({ memberId, slug, name, ...run }) => ({
    memberId,
    run: { ...run, product: { slug, name } },
  }));
  return new Map(
    [...Map.groupBy(shown, ({ memberId }) => memberId)].map(([id, of]) => [id, of.map(({ run }) => run)] as const),
  );
}
