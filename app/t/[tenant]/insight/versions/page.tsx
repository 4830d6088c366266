import type { Metadata } from "next";
import { InsightFilter } from "#components/insight/insight-filter.tsx";
import { VersionUseTable } from "#components/insight/version-use-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { listChoices, listVersionUse } from "#lib/insight/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { askedBy, chosenOf, type InsightProps, queryOf } from "../asked.ts";
import { InsightFrame, NothingYet, Titled } from "../frame.tsx";

export const metadata: Metadata = { title: "Versions in use" };

export default async function VersionUsePage({ params, searchParams }: InsightProps) {
  const { ctx } = await requireTeam((await params).tenant);
  const asked = askedBy(await searchParams);
  const { days, after } = asked;
  const own = ctx.tenant.slug;
  const base = `/t/${own}/insight`;
  const here = `${base}/versions`;
  const choices = await onPage(() => listChoices(ctx));
  const product = chosenOf(choices, asked);
  if (!product) {
    return (
      <InsightFrame tenant={own} current="Versions" asked={asked}>
        <NothingYet tenant={own} products={false} />
      </InsightFrame>
    );
  }
  const { rows, next } = await onPage(() => listVersionUse(ctx, { days, product, after }), here);
  const to = (after?: string) => here + queryOf({ days, product, after });
  return (
    <InsightFrame tenant={own} current="Versions" asked={{ days, product }}>
      <InsightFilter action={here} products={choices} product={product} days={days} />
      <Titled
        title="By version"
        lead="Each member counts once, with the highest version of what they fetched in these days."
        csv={rows.length > 0 ? `${base}/export${queryOf({ of: "versions", days, product })}` : undefined}
      >
        {rows.length > 0 ? (
          <VersionUseTable
            rows={rows}
            to={(version) => `${base}/adopters${queryOf({ product, version })}`}
            now={ctx.now}
          />
        ) : (
          <EmptyState title="No member fetched anything of it in these days">
            Take more days, or see on “Adopters” what members fetched before.
          </EmptyState>
        )}
      </Titled>
      <Pager label="Pages of versions" first={after ? to() : null} next={next ? to(next) : null} />
    </InsightFrame>
  );
}
