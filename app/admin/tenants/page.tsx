import type { Metadata } from "next";
import { TenantsTable } from "#components/instance/tenants-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { listAllTenants } from "#lib/instance/index.ts";
import { given, onPage, type Query, requireInstanceAdmin } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Tenants" };

const BASE = "/admin/tenants";

export default async function TenantsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { ctx } = await requireInstanceAdmin(BASE);
  const { search, after } = given(await searchParams, ["search", "after"]);
  const { tenants, next } = await onPage(() => listAllTenants(ctx, { search, after, limit: 25 }), BASE);
  const to = (after?: string) =>
    `${BASE}?${new URLSearchParams({ ...(search && { search }), ...(after && { after }) })}`;
  return (
    <>
      <PageHeader title="Tenants">Every workspace on this instance, the newest first.</PageHeader>
      <SearchForm action={BASE} label="Search name or slug" value={search} />
      {tenants.length === 0 ? (
        <EmptyState title={search ? `Nothing matches “${search}”` : "No tenants yet"}>
          {search
            ? "Search for another part of the name or the slug."
            : "They appear here once somebody registers one."}
        </EmptyState>
      ) : (
        <TenantsTable tenants={tenants} base={BASE} now={ctx.now} />
      )}
      <Pager label="Pages of tenants" first={after ? to() : null} next={next ? to(next) : null} />
    </>
  );
}
