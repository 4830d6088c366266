import { ChevronRight } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { Brand } from "#components/shell/brand.tsx";
import { Initial } from "#components/shell/tenant-switcher.tsx";
import { UserMenu } from "#components/shell/user-menu.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { listTenantsOf } from "#lib/tenancy/index.ts";
import { onPage, requireUser } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Workspaces" };

export default async function TenantsPage({ searchParams }: { searchParams: Promise<{ all?: string }> }) {
  const user = await requireUser("/tenants");
  const tenants = await onPage(() => listTenantsOf(user.id));
  const only = tenants.length === 1 ? tenants[0] : undefined;
  if (only && (await searchParams).all === undefined) redirect(`/t/${only.slug}`);
  return (
    <div className="mx-auto max-w-xl px-5">
      <header className="flex h-16 items-center justify-between gap-4">
        <Brand />
        <div className="min-w-0 max-w-60">
          <UserMenu email={user.email} name={user.name} />
        </div>
      </header>
      <main className="py-8">
        <h1 className="mb-5 font-semibold text-2xl tracking-tight">Your workspaces</h1>
        {tenants.length === 0 ? (
          <EmptyState title="You belong to no workspace yet">
            Ask the vendor to add {user.email} to their team or their members, then come back.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
            {tenants.map((tenant) => (
              <li key={tenant.slug}>
                <Link
                  href={`/t/${tenant.slug}`}
                  className="flex items-center gap-3 px-4 py-3 -outline-offset-2 hover:bg-hover"
                >
                  <Initial name={tenant.name} />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium text-sm">{tenant.name}</span>
                    <span className="block text-soft text-xs capitalize">{tenant.role ?? "Member"}</span>
                  </span>
                  <ChevronRight className="size-4 text-soft" aria-hidden="true" />
                </Link>
              </li>
            ))}
          </ul>
        )}
      </main>
    </div>
  );
}
