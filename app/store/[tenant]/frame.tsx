import Link from "next/link";
import type { ReactNode } from "react";
import { Brand } from "#components/shell/brand.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { signUpIsOpen } from "#lib/identity/index.ts";
import { findUser, signInPath } from "#lib/web/index.ts";

/** The frame of a storefront's pages: the way in, or who is signed in and the way to what they have. */
export async function StoreFrame({ slug, member, children }: { slug: string; member: boolean; children: ReactNode }) {
  const user = await findUser();
  const here = `/store/${slug}`;
  return (
    <div className="mx-auto max-w-4xl px-5">
      <header className="flex min-h-16 flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
        <Brand />
        {user ? (
          <div className="flex min-w-0 items-center gap-3">
            <span className="min-w-0 truncate text-[13px] text-soft">{user.email}</span>
            <Link href={member ? `/t/${slug}/downloads` : "/account"} className={buttonClass({})}>
              {member ? "My downloads" : "My account"}
            </Link>
          </div>
        ) : (
          <div className="flex gap-2">
            {signUpIsOpen() ? (
              <Link
                href={`/register?callbackUrl=${encodeURIComponent(here)}`}
                className={buttonClass({ variant: "ghost" })}
              >
                Create an account
              </Link>
            ) : null}
            <Link href={signInPath(here)} className={buttonClass({})}>
              Sign in
            </Link>
          </div>
        )}
      </header>
      <main id="main" className="py-8">
        {children}
      </main>
    </div>
  );
}
