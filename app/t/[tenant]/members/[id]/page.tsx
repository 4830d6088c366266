import { ArrowLeft } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { AccessTable } from "#components/members/access-table.tsx";
import { GrantDialog } from "#components/members/grant-dialog.tsx";
import { LedgerTable } from "#components/members/ledger-table.tsx";
import { StandingBadge } from "#components/members/standing-badge.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { listGrants, listMemberAccess } from "#lib/entitlements/index.ts";
import { standingOf, viewMember } from "#lib/tenancy/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { grant, revoke } from "./actions.ts";
import { accessShown, ledgerShown } from "./shown.ts";

export const metadata: Metadata = { title: "Entitlements" };

export default async function MemberPage({ params }: { params: Promise<{ tenant: string; id: string }> }) {
  const { tenant: slug, id } = await params;
  const { ctx, access } = await requireTeam(slug);
  const member = await onPage(() => viewMember(ctx, id));
  const [products, grants] = await onPage(() => Promise.all([listMemberAccess(ctx, id), listGrants(ctx, id)]));
  const ledger = await onPage(() => ledgerShown(ctx, grants));
  const granting = { decision: decide(ctx.actor, "entitlement.grant"), onGrant: grant.bind(null, slug, id) };
  const revoking = { decision: decide(ctx.actor, "entitlement.revoke"), onRevoke: revoke.bind(null, slug) };
  const options = products.map(({ product }) => ({ id: product.id, name: product.name }));
  return (
    <>
      <Link
        href={`/t/${slug}/members`}
        className="mb-3 inline-flex items-center gap-1 rounded text-[13px] text-soft hover:text-ink"
      >
        <ArrowLeft className="size-3.5" aria-hidden="true" /> Members
      </Link>
      <PageHeader
        title={member.user.name ?? member.user.email}
        action={<GrantDialog products={options} email={member.user.email} {...granting} />}
      >
        <span className="flex flex-wrap items-center gap-2">
          <span className="min-w-0">{member.user.email}</span>
          <StandingBadge standing={standingOf({ member, graceDays: access.tenant.graceDays, now: ctx.now })} />
        </span>
      </PageHeader>
      <h2 className="mb-2 font-semibold text-sm">Access now</h2>
      {products.length === 0 ? (
        <EmptyState title="There are no products to give yet">Add one on the products page first.</EmptyState>
      ) : (
        <AccessTable
          rows={accessShown(products, ledger)}
          email={member.user.email}
          now={ctx.now}
          granting={granting}
          revoking={revoking}
        />
      )}
      <h2 className="mt-8 mb-2 font-semibold text-sm">Ledger</h2>
      {ledger.length === 0 ? (
        <EmptyState title="Nothing was ever granted">Grants show up here and stay, ended ones too.</EmptyState>
      ) : (
        <LedgerTable rows={ledger} now={ctx.now} />
      )}
    </>
  );
}
