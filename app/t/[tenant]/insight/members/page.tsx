import type { Metadata } from "next";
import { InsightFilter } from "#components/insight/insight-filter.tsx";
import { MemberUseTable } from "#components/insight/member-use-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { listChoices, listMemberUse } from "#lib/insight/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { askedBy, type InsightProps, queryOf } from "../asked.ts";
import { InsightFrame, NothingYet, Titled } from "../frame.tsx";

export const metadata: Metadata = { title: "Use by member" };

export default async function MemberUsePage({ params, searchParams }: InsightProps) {
  const { ctx } = await requireTeam((await params).tenant);
  const asked = askedBy(await searchParams);
  const { days, product, search, after } = asked;
  const own = ctx.tenant.slug;
  const base = `/t/${own}/insight`;
  const here = `${base}/members`;
  const choices = await onPage(() => listChoices(ctx));
  const { rows, next } = await onPage(() => listMemberUse(ctx, { days, product, search, after }), here);
  const to = (after?: string) => here + queryOf({ days, product, search, after });
  return (
    <InsightFrame tenant={own} current="Members" asked={asked}>
      {choices.length > 0 ? (
        <>
          <InsightFilter
            action={here}
            products={choices}
            product={product}
            all
            days={days}
            search={{ label: "Search members", value: search }}
          />
          <Titled
            title="By member"
            lead="Who fetched most in these days, and the highest version of each product that they ever fetched."
            csv={rows.length > 0 ? `${base}/export${queryOf({ of: "members", days, product, search })}` : undefined}
          >
            {rows.length > 0 ? (
              <MemberUseTable rows={rows} base={`/t/${own}/members`} now={ctx.now} />
            ) : (
              <Nobody search={search} />
            )}
          </Titled>
          <Pager label="Pages of members" first={after ? to() : null} next={next ? to(next) : null} />
        </>
      ) : (
        <NothingYet tenant={own} products={false} />
      )}
    </InsightFrame>
  );
}

function Nobody({ search }: { search?: string }) {
  if (search) {
    return (
      <EmptyState title={`Nobody matches “${search}”`}>Search for another part of the name or the address.</EmptyState>
    );
  }
  return (
    <EmptyState title="No member fetched anything in these days">
      Take more days, or see on “Adopters” who could and never did.
    </EmptyState>
  );
}
