import type { Metadata } from "next";
import Link from "next/link";
import { Suspense } from "react";
import { BillingTabs } from "#components/billing/billing-tabs.tsx";
import { ConvergeButton } from "#components/billing/converge-button.tsx";
import { DriftTable } from "#components/billing/drift-table.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { CONVERGE_MAX, type Drift, viewDrift } from "#lib/billing/index.ts";
import { plural } from "#lib/format.ts";
import { type Entrance, onPage, requireTeam } from "#lib/web/index.ts";
import { converge } from "./actions.ts";

export const metadata: Metadata = { title: "Drift" };

export default async function DriftPage({ params }: { params: Promise<{ tenant: string }> }) {
  const entrance = await requireTeam((await params).tenant);
  const billing = `/t/${entrance.ctx.tenant.slug}/billing`;
  return (
    <>
      <PageHeader
        title="Drift"
        action={
          <Link href={`${billing}/drift`} prefetch={false} className={buttonClass({ size: "md" })}>
            Compare again
          </Link>
        }
      >
        Stripe as it is now beside the ledger. There should be no difference; every night this is looked at, too.
      </PageHeader>
      <BillingTabs base={billing} current="Drift" />
      <Suspense
        fallback={<EmptyState title="Comparing with Stripe …">A second for every few hundred customers.</EmptyState>}
      >
        <Comparison entrance={entrance} />
      </Suspense>
    </>
  );
}

async function Comparison({ entrance: { ctx } }: { entrance: Entrance }) {
  const { drift, problem } = await onPage(() => viewDrift(ctx));
  if (!drift) return <EmptyState title="Stripe could not be compared">{problem}</EmptyState>;
  const { drifted, customers } = drift;
  if (drifted.length === 0) {
    return (
      <EmptyState title="Nothing differs">
        {customers === 0
          ? "Nobody has bought anything so far."
          : `${plural(customers, "customer")} at Stripe: the ledger holds exactly what they paid for.`}
      </EmptyState>
    );
  }
  const shown = drifted.slice(0, CONVERGE_MAX);
  const more = drifted.length - shown.length;
  return (
    <section aria-labelledby="differences">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 id="differences" className="font-semibold text-sm">
          {`${plural(drifted.length, "customer")} of ${customers}: ${inWords(drift)}`}
        </h2>
        <ConvergeButton
          fingerprint={drift.fingerprint}
          consequence={`Rows that come from Stripe are added, changed and ended as listed for ${plural(shown.length, "customer")}. What an admin or a group gave stays. Each row is recorded.`}
          decision={decide(ctx.actor, "billing.reconcile")}
          onConverge={converge.bind(null, ctx.tenant.slug)}
        />
      </div>
      <DriftTable rows={shown} base={`/t/${ctx.tenant.slug}/members`} />
      {more > 0 ? (
        <p className="mt-3 text-[13px] text-soft">
          {`and ${plural(more, "more customer")}, listed once these are converged`}
        </p>
      ) : null}
    </section>
  );
}

function inWords({ counts }: Drift): string {
  const parts = [
    counts.missing > 0 ? `${counts.missing} missing here` : "",
    counts.extra > 0 ? `${counts.extra} not at Stripe` : "",
    counts.different > 0 ? `${counts.different} different` : "",
    counts.unknown > 0
      ? plural(counts.unknown, "paying customer without a member", "paying customers without a member")
      : "",
  ];
  return parts.filter(Boolean).join(", ");
}
