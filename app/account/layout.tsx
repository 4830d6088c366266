import Link from "next/link";
import type { ReactNode } from "react";
import { AccountNav } from "#components/account/account-nav.tsx";
import { Brand } from "#components/shell/brand.tsx";
import { UserMenu } from "#components/shell/user-menu.tsx";
import { findUser } from "#lib/web/index.ts";

/** The frame of somebody's own account. Each page asks who it is, and knows where to come back to. */
export default async function AccountLayout({ children }: { children: ReactNode }) {
  const user = await findUser();
  if (!user) return children;
  return (
    <div className="mx-auto max-w-3xl px-5">
      <header className="flex h-16 items-center justify-between gap-4">
        <Link href="/tenants?all" className="rounded" aria-label="Purser: all workspaces">
          <Brand />
        </Link>
        <div className="min-w-0 max-w-60">
          <UserMenu {...user} />
        </div>
      </header>
      <main id="main" className="py-6">
        <AccountNav />
        {children}
      </main>
    </div>
  );
}
