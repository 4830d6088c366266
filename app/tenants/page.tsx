import { ChevronRight } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AccountFrame } from "#components/shell/account-frame.tsx";
import { Initial } from "#components/shell/tenant-switcher.tsx";
import { NewWorkspaceLink } from "#components/tenants/new-workspace.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { decideCreatingTenants, listTenantsOf, type TenantChoice } from "#lib/tenancy/index.ts";
import { findLastWorkspace, one, onPage, requireAccount } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Workspaces" };

interface Props {
  searchParams: Promise<Partial<Record<"all" | "search" | "after", string | string[]>>>;
}

export default async function TenantsPage({ searchParams }: Props) {
  const { ctx, user } = await requireAccount("/tenants");
  const query = await searchParams;
  const [search, after] = [one(query.search), one(query.after)];
  // A plain visit goes on to where one was last; `?all` and a search ask for the list.
  const plain = Object.keys(query).length === 0;
  const last = plain ? await onPage(() => findLastWorkspace(user)) : null;
  if (last) redirect(`/t/${last}`);
  const { tenants, next } = await onPage(() => listTenantsOf(user.id, { search, after, limit: 25 }), "/tenants?all");
  const [only] = tenants;
  if (plain && only && tenants.length === 1) redirect(`/t/${only.slug}`);
  const decision = await onPage(() => decideCreatingTenants(ctx));
  const to = (after?: string) => `/tenants?${new URLSearchParams({ search: search ?? "", ...(after && { after }) })}`;
  return (
    <AccountFrame user={user}>
      <PageHeader title="Your workspaces" action={<NewWorkspaceLink decision={decision} />} />
      {tenants.length > 5 || search || after ? (
        <SearchForm action="/tenants" label="Search workspaces" value={search} />
      ) : null}
      {tenants.length === 0 ? <Nothing search={search} email={user.email} /> : <Choices tenants={tenants} />}
      <Pager label="Pages of workspaces" first={after ? to() : null} next={next ? to(next) : null} />
    </AccountFrame>
  );
}

function Nothing({ search, email }: { search: string | undefined; email: string }) {
  if (search) return <EmptyState title={`None matches “${search}”`}>Search for another part of the name.</EmptyState>;
  return (
    <EmptyState title="You belong to no workspace yet">
      Ask the vendor to add {email} to their team or their members, then come back.
    </EmptyState>
  );
}

function Choices({ tenants }: { tenants: TenantChoice[] }) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
      {tenants.map((tenant) => (
        <li key={tenant.slug}>
          <Link
            href={`/t/${tenant.slug}`}
            prefetch={false}
            className="flex items-center gap-3 px-4 py-3 -outline-offset-2 hover:bg-hover"
          >
            <Initial name={tenant.name} />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium text-sm">{tenant.name}</span>
              <span className="block text-soft text-xs capitalize">
                {tenant.role ?? "Member"}
                {tenant.archived ? ", archived" : ""}
              </span>
            </span>
            <ChevronRight className="size-4 text-soft" aria-hidden="true" />
          </Link>
        </li>
      ))}
    </ul>
  );
}
