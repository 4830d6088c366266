import { ArrowRight, ChevronsLeft } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "./button.tsx";

/** The way through a list that is read page by page; each part shows where it leads somewhere. */
export function Pager({ first, next, label }: { first: string | null; next: string | null; label: string }) {
  if (!first && !next) return null;
  return (
    <nav aria-label={label} className="mt-3 flex justify-between gap-2">
      {first ? (
        <Link href={first} className={buttonClass({ size: "sm" })}>
          <ChevronsLeft className="size-3.5" aria-hidden="true" /> First page
        </Link>
      ) : (
        <span />
      )}
      {next ? (
        <Link href={next} className={buttonClass({ size: "sm" })}>
          Next page <ArrowRight className="size-3.5" aria-hidden="true" />
        </Link>
      ) : null}
    </nav>
  );
}
