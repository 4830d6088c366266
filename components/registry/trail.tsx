import { ArrowLeft } from "lucide-react";
import Link from "next/link";

/** The way back to the page above. */
export function Trail({ href, children }: { href: string; children: string }) {
  return (
    <Link
      href={href}
      className="wrap-anywhere mb-3 inline-flex items-center gap-1 rounded text-[13px] text-soft hover:text-ink"
    >
      <ArrowLeft className="size-3.5 shrink-0" aria-hidden="true" /> {children}
    </Link>
  );
}
