import type { Metadata } from "next";
import Link from "next/link";
import { AccessTable } from "#components/members/access-table.tsx";
import { GrantDialog } from "#components/members/grant-dialog.tsx";
import { LedgerTable } from "#components/members/ledger-table.tsx";
import { MemberFetchesTable } from "#components/members/member-fetches-table.tsx";
import { StandingBadge } from "#components/members/standing-badge.tsx";
import { SubscriptionsTable } from "#components/members/subscriptions-table.tsx";
import { SuspendDialog } from "#components/members/suspend-dialog.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { listGrants, listGroupsOf, listMemberAccess, listMemberFetches } from "#lib/entitlements/index.ts";
import { dateOnly } from "#lib/format.ts";
import { standingOf, viewMember } from "#lib/tenancy/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { grant, revoke, suspend, unsuspend } from "./actions.ts";
import { accessShown, ledgerShown, suspensionShown } from "./shown.ts";

export const metadata: Metadata = { title: "Member" };

export default async function MemberPage({ params }: { params: Promise<{ tenant: string; id: string }> }) {
  const { tenant: slug, id } = await params;
  const { ctx, access } = await requireTeam(slug);
  const member = await onPage(() => viewMember(ctx, id));
  const [products, grants, groups, fetches] = await onPage(() =>
    Promise.all([listMemberAccess(ctx, id), listGrants(ctx, id), listGroupsOf(ctx, id), listMemberFetches(ctx, id)]),
  );
  const ledger = await onPage(() => ledgerShown(ctx, grants));
  const granting = { decision: decide(ctx.actor, "entitlement.grant"), onGrant: grant.bind(null, slug, id) };
  const revoking = { decision: decide(ctx.actor, "entitlement.revoke"), onRevoke: revoke.bind(null, slug) };
  const options = products.map(({ product }) => ({ id: product.id, name: product.name }));
  return (
    <>
      <Trail href={`/t/${slug}/members`}>Members</Trail>
      <PageHeader
        title={member.user.name ?? member.user.email}
        action={
          <div className="flex flex-wrap gap-2">
            <SuspendDialog
              decision={decide(ctx.actor, "member.suspend")}
              email={member.user.email}
              suspended={member.suspendedAt !== null}
              consequence={suspensionShown(member, products)}
              onChange={(member.suspendedAt ? unsuspend : suspend).bind(null, slug, id)}
            />
            <GrantDialog products={options} email={member.user.email} {...granting} />
          </div>
        }
      >
        <span className="flex flex-wrap items-center gap-2">
          <span className="min-w-0">{member.user.email}</span>
          <StandingBadge standing={standingOf({ member, graceDays: access.tenant.graceDays, now: ctx.now })} />
          {member.suspendedAt ? <span>since {dateOnly(member.suspendedAt)}</span> : null}
        </span>
      </PageHeader>
      <h2 className="mb-2 font-semibold text-sm">Access now</h2>
      {products.length === 0 ? (
        <EmptyState title="There are no products to give yet">Add one on the products page first.</EmptyState>
      ) : (
        <AccessTable
          rows={accessShown(products, ledger)}
          email={member.user.email}
          memberId={id}
          base={`/t/${slug}`}
          now={ctx.now}
          granting={granting}
          revoking={revoking}
        />
      )}
      <Section title="Membership">
        {member.subscriptions.length === 0 ? (
          <EmptyState title="No membership">
            It begins when one is bought on the storefront, or is given by the team.
          </EmptyState>
        ) : (
          <SubscriptionsTable rows={member.subscriptions} now={ctx.now} />
        )}
      </Section>
      <Section title="Groups">
        <GroupLinks groups={groups} base={`/t/${slug}/groups`} />
      </Section>
      <Section title="Pulls and downloads in the last 30 days">
        {fetches.length === 0 ? (
          <p className="text-[13px] text-soft">Nothing was fetched.</p>
        ) : (
          <MemberFetchesTable rows={fetches} now={ctx.now} />
        )}
      </Section>
      <Section title="Ledger">
        {ledger.length === 0 ? (
          <EmptyState title="Nothing was ever granted">Grants show up here and stay, ended ones too.</EmptyState>
        ) : (
          <LedgerTable rows={ledger} now={ctx.now} />
        )}
      </Section>
    </>
  );
}

function GroupLinks({ groups, base }: { groups: { id: string; name: string }[]; base: string }) {
  if (groups.length === 0) return <p className="text-[13px] text-soft">In no group.</p>;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      {groups.map(({ id, name }) => (
        <li key={id}>
          <Link href={`${base}/${id}`} className="rounded text-accent-ink underline underline-offset-2">
            {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}
