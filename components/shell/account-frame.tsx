import type { ReactNode } from "react";
import { Brand } from "./brand.tsx";
import { type SignedInUser, UserMenu } from "./user-menu.tsx";

/** The frame of pages that belong to no workspace. */
export function AccountFrame({ user, children }: { user: SignedInUser; children: ReactNode }) {
  return (
    <div className="mx-auto max-w-xl px-5">
      <header className="flex h-16 items-center justify-between gap-4">
        <Brand />
        <div className="min-w-0 max-w-60">
          <UserMenu {...user} />
        </div>
      </header>
      <main id="main" className="py-8">
        {children}
      </main>
    </div>
  );
}
