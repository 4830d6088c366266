import type { Metadata } from "next";
import { InsightFilter } from "#components/insight/insight-filter.tsx";
import { ProductUseTable } from "#components/insight/product-use-table.tsx";
import { UseChart } from "#components/insight/use-chart.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { listChoices, listProductUse, viewUse } from "#lib/insight/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { askedBy, type InsightProps, queryOf } from "./asked.ts";
import { InsightFrame, NothingYet, Titled } from "./frame.tsx";

export const metadata: Metadata = { title: "Insight" };

export default async function InsightPage({ params, searchParams }: InsightProps) {
  const { ctx } = await requireTeam((await params).tenant);
  const asked = askedBy(await searchParams);
  const { days, product, search, after } = asked;
  const own = ctx.tenant.slug;
  const here = `/t/${own}/insight`;
  const choices = await onPage(() => listChoices(ctx));
  const use = await onPage(() => viewUse(ctx, { days, product }), here);
  const { rows, next } = await onPage(() => listProductUse(ctx, { days, search, after }), here);
  const used = rows.some(({ lastAt }) => lastAt !== null);
  const to = (after?: string) => here + queryOf({ days, product, search, after });
  const csv = (of: string) => `${here}/export${queryOf({ of, days, ...(of === "days" ? { product } : { search }) })}`;
  return (
    <InsightFrame tenant={own} current="Overview" asked={asked}>
      {used || search || product || after ? (
        <>
          <InsightFilter
            action={here}
            products={choices}
            product={product}
            all
            days={days}
            search={{ label: "Search products", value: search }}
          />
          <Titled title="Over time" csv={csv("days")}>
            <UseChart days={use.days} before={use.before} />
          </Titled>
          <Titled
            title="By product"
            lead="Members are counted once each, whatever number of tokens they use."
            csv={csv("products")}
          >
            {rows.length > 0 ? (
              <ProductUseTable
                rows={rows}
                to={(slug) => `${here}/versions${queryOf({ days, product: slug })}`}
                now={ctx.now}
              />
            ) : (
              <EmptyState title={`Nothing matches “${search ?? ""}”`}>Search for another part of the name.</EmptyState>
            )}
          </Titled>
          <Pager label="Pages of products" first={after ? to() : null} next={next ? to(next) : null} />
        </>
      ) : (
        <NothingYet tenant={own} products={choices.length > 0} />
      )}
    </InsightFrame>
  );
}
