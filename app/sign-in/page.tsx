import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { Brand } from "#components/shell/brand.tsx";
import { SignInForm } from "#components/shell/sign-in-form.tsx";
import { findUser, one, safePath } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Sign in" };

interface Props {
  searchParams: Promise<{ callbackUrl?: string | string[]; error?: string | string[] }>;
}

export default async function SignInPage({ searchParams }: Props) {
  const { callbackUrl, error } = await searchParams;
  const to = safePath(one(callbackUrl));
  if (await findUser()) redirect(to);
  // Never the parameter's own words: anyone can write a link with them.
  const problem = error ? "You could not be signed in. Try again." : null;
  return (
    <main className="grid min-h-dvh place-items-center px-5 py-12">
      <div className="w-full max-w-sm">
        <Link href="/" className="rounded">
          <Brand />
        </Link>
        <h1 className="mt-8 mb-5 font-semibold text-2xl tracking-tight">Sign in</h1>
        <noscript>
          <p className="mb-4 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
            Signing in needs JavaScript, which is off in this browser.
          </p>
        </noscript>
        <SignInForm to={to} problem={problem} />
        <div className="mt-6 grid gap-1 text-soft text-xs">
          <p>Lost your password? Ask the vendor who gave you the account.</p>
          <p>No account? They are made by the vendor whose software you use. Ask them to add you.</p>
        </div>
      </div>
    </main>
  );
}
