import type { ReactNode } from "react";
import { CsvLink } from "#components/insight/csv-link.tsx";
import { INSIGHT_PATHS, type InsightTab, InsightTabs } from "#components/insight/insight-tabs.tsx";
import { PeriodLinks } from "#components/insight/period-links.tsx";
import { TextLink } from "#components/shell/front.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { PERIODS } from "#lib/insight/index.ts";
import { type Asked, queryOf } from "./asked.ts";

interface Props {
  tenant: string;
  current: InsightTab;
  asked: Pick<Asked, "days" | "product">;
  /** Whether the period says something here. */
  period?: boolean;
  children: ReactNode;
}

/** What the pages of insight have in common: what they are for, their tabs, the period. */
export function InsightFrame({ tenant, current, asked: { days, product }, period = true, children }: Props) {
  const base = `/t/${tenant}/insight`;
  return (
    <>
      <PageHeader title="Insight">
        What your customers fetch, and which versions they run. Days begin at 0:00 UTC.
      </PageHeader>
      <InsightTabs base={base} current={current} query={queryOf({ days: days === "30" ? undefined : days, product })} />
      {period ? (
        <div className="mb-4">
          <PeriodLinks
            periods={PERIODS}
            current={days}
            to={(one) => base + INSIGHT_PATHS[current] + queryOf({ days: one, product })}
          />
        </div>
      ) : null}
      {children}
    </>
  );
}

/** A table's heading with the way to have it as a file. */
export function Titled({
  title,
  lead,
  csv,
  children,
}: {
  title: string;
  lead?: string;
  csv?: string;
  children: ReactNode;
}) {
  return (
    <section aria-label={title}>
      <div className="mb-2 flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 className="font-semibold text-sm">{title}</h2>
          {lead ? <p className="mt-0.5 text-[13px] text-soft">{lead}</p> : null}
        </div>
        {csv ? <CsvLink href={csv} of={title} /> : null}
      </div>
      {children}
    </section>
  );
}

/** What stands where nothing was fetched, with the next step. */
export function NothingYet({ tenant, products }: { tenant: string; products: boolean }) {
  return products ? (
    <EmptyState title="Nothing was fetched yet">
      Publish a release or push an image on a <TextLink href={`/t/${tenant}/products`}>product’s page</TextLink>, and
      whatever members pull and download is counted here within a second.
    </EmptyState>
  ) : (
    <EmptyState title="There are no products yet">
      <TextLink href={`/t/${tenant}/products`}>Add one</TextLink>: what is fetched of it is counted here.
    </EmptyState>
  );
}
