import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "#components/ui/button.tsx";
import { exactTime } from "#lib/format.ts";

/** The way into a workspace for somebody who may be there already. */
export function OpenTenant({ slug, until, onTeam }: { slug: string; until: Date | null; onTeam: boolean }) {
  if (!until && !onTeam) return null;
  return (
    <div className="mb-5 flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-surface px-4 py-3 text-sm">
      <p>{onTeam || !until ? "You are on its team." : `Your support view is open until ${exactTime(until)}.`}</p>
      <Link href={`/t/${slug}`} className={buttonClass({ size: "sm" })}>
        Open <ArrowRight className="size-3.5" aria-hidden="true" />
      </Link>
    </div>
  );
}
