import Link from "next/link";
import type { ReactNode } from "react";
import { Brand } from "./brand.tsx";

interface FrontProps {
  title: string;
  /** What the page is for, in a line. */
  lead?: ReactNode;
  children: ReactNode;
  /** Where else to go, below. */
  footer?: ReactNode;
}

/** The frame of the pages before a workspace: signing in, making an account, a lost password. */
export function Front({ title, lead, children, footer }: FrontProps) {
  return (
    <main className="grid min-h-dvh place-items-center px-5 py-12">
      <div className="wrap-anywhere w-full max-w-sm">
        <Link href="/" className="rounded">
          <Brand />
        </Link>
        <h1 className={`mt-8 font-semibold text-2xl tracking-tight ${lead ? "mb-1" : "mb-5"}`}>{title}</h1>
        {lead ? <p className="mb-5 text-soft">{lead}</p> : null}
        <noscript>
          <p className="mb-4 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
            This page needs JavaScript, which is off in this browser.
          </p>
        </noscript>
        {children}
        {footer ? <div className="mt-6 grid gap-1 text-[13px] text-soft">{footer}</div> : null}
      </div>
    </main>
  );
}

/** A link within a line of text. */
export function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="rounded font-medium text-accent-ink underline underline-offset-2">
      {children}
    </Link>
  );
}

/** What was wrong with the whole form, above its fields. */
export function Refusal({ children }: { children: ReactNode }) {
  return children ? (
    <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-ink text-sm">
      {children}
    </p>
  ) : null;
}
