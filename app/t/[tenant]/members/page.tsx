import type { Metadata } from "next";
import Link from "next/link";
import { MembersTable } from "#components/members/members-table.tsx";
import { SelectMembers } from "#components/members/select-members.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { decide } from "#lib/access/index.ts";
import { listProducts } from "#lib/catalog/index.ts";
import { listMembers, standingOf } from "#lib/tenancy/index.ts";
import { one, onPage, requireTeam } from "#lib/web/index.ts";
import { prepare } from "./bulk/actions.ts";

export const metadata: Metadata = { title: "Members" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<{ search?: string | string[]; after?: string | string[] }>;
}

export default async function MembersPage({ params, searchParams }: Props) {
  const { ctx, access } = await requireTeam((await params).tenant);
  const query = await searchParams;
  const [search, after] = [one(query.search), one(query.after)];
  const base = `/t/${ctx.tenant.slug}/members`;
  const { members, next } = await onPage(() => listMembers(ctx, { search, after, limit: 25 }), base);
  const products = await onPage(() => listProducts(ctx));
  const to = (after?: string) =>
    `${base}?${new URLSearchParams({ ...(search && { search }), ...(after && { after }) })}`;
  const rows = members.map((member) => ({
    id: member.id,
    email: member.user.email,
    name: member.user.name,
    since: member.createdAt,
    standing: standingOf({ member, graceDays: access.tenant.graceDays, now: ctx.now }),
  }));
  return (
    <>
      <PageHeader
        title="Members"
        action={
          <Link href={`${base}/bulk`} className={buttonClass()}>
            Grant or revoke for many
          </Link>
        }
      >
        Your customers, and whether what they paid for holds now.
      </PageHeader>
      <SearchForm action={base} label="Search name or email" value={search} />
      {rows.length === 0 ? (
        <EmptyState title={search ? `Nobody matches “${search}”` : "No members yet"}>
          {search
            ? "Search for another part of the name or the address."
            : "Members appear here once they bought a membership on the storefront, or were added."}
        </EmptyState>
      ) : (
        <SelectMembers
          key={`${search} ${after}`}
          products={products.map(({ id, name }) => ({ id, name }))}
          search={search ?? ""}
          decisions={{
            grant: decide(ctx.actor, "entitlement.grant"),
            revoke: decide(ctx.actor, "entitlement.revoke"),
          }}
          base={`${base}/bulk`}
          onPrepare={prepare.bind(null, ctx.tenant.slug)}
        >
          <MembersTable members={rows} base={base} now={ctx.now} />
        </SelectMembers>
      )}
      <Pager label="Pages of members" first={after ? to() : null} next={next ? to(next) : null} />
    </>
  );
}
