import type { Metadata } from "next";
import Link from "next/link";
import { GatedAction } from "#components/gated-action.tsx";
import { PoliciesTable } from "#components/policies/policies-table.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { listPolicies } from "#lib/policies/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Policies" };

export default async function PoliciesPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx } = await requireTeam((await params).tenant);
  const base = `/t/${ctx.tenant.slug}/policies`;
  const policies = await onPage(() => listPolicies(ctx));
  return (
    <>
      <PageHeader
        title="Policies"
        action={
          <GatedAction decision={decide(ctx.actor, "policy.edit")}>
            <Link href={`${base}/new`} className={buttonClass({ variant: "primary" })}>
              Add policy
            </Link>
          </GatedAction>
        }
      >
        Retention, immutable tags and access as documents with versions. A version rules once it is put in force, after
        a look at what that changes.
      </PageHeader>
      {policies.length > 0 ? (
        <PoliciesTable policies={policies} base={base} />
      ) : (
        <EmptyState title="No policy yet">
          Until there is one, each product’s own settings hold, and the workspace’s. Add one to rule them all at once,
          with versions to go back to.
        </EmptyState>
      )}
    </>
  );
}
