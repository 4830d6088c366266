import { Boxes, KeyRound, ScrollText } from "lucide-react";
import Link from "next/link";
import { redirect } from "next/navigation";
import { Brand } from "#components/shell/brand.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { signUpIsOpen } from "#lib/identity/index.ts";
import { findUser } from "#lib/web/index.ts";

const POINTS = [
  {
    Icon: Boxes,
    title: "A registry of your own",
    text: "Push with docker, podman or skopeo. Your customers pull with theirs.",
  },
  {
    Icon: KeyRound,
    title: "Access that follows the deal",
    text: "Open to every member, or product by product. A revoke holds for the very next pull.",
  },
  {
    Icon: ScrollText,
    title: "Nothing without a trace",
    text: "Who gave what to whom, when and why, in a log that can't be rewritten.",
  },
];

export default async function LandingPage() {
  if (await findUser()) redirect("/tenants");
  return (
    <div className="mx-auto flex min-h-dvh max-w-4xl flex-col px-6">
      <header className="flex h-16 items-center justify-between">
        <Brand />
        <Link href="/sign-in" className={buttonClass({})}>
          Sign in
        </Link>
      </header>
      <main className="flex flex-1 flex-col justify-center py-16">
        <h1 className="max-w-2xl text-balance font-semibold text-4xl tracking-tight sm:text-5xl">
          Sell software. Ship it to those who bought it.
        </h1>
        <p className="mt-5 max-w-xl text-base text-soft sm:text-lg">
          Container images behind a membership and entitlements: one place for what you offer, who may have it, and how
          they get it.
        </p>
        <div className="mt-8 flex flex-wrap gap-2">
          <Link href="/sign-in" className={buttonClass({ variant: "primary" })}>
            Sign in to your workspace
          </Link>
          {signUpIsOpen() ? (
            <Link href="/register" className={buttonClass({})}>
              Create account
            </Link>
          ) : null}
        </div>
        <ul className="mt-16 grid gap-6 border-line border-t pt-8 sm:grid-cols-3">
          {POINTS.map(({ Icon, title, text }) => (
            <li key={title}>
              <Icon className="size-5 text-accent-ink" aria-hidden="true" />
              <h2 className="mt-3 font-medium text-sm">{title}</h2>
              <p className="mt-1 text-sm text-soft">{text}</p>
            </li>
          ))}
        </ul>
      </main>
    </div>
  );
}
