import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { buttonClass } from "#components/ui/button.tsx";

interface Props {
  visitor: { standing: { good: boolean; label: string }; plan: string };
  downloads: string;
}

/** What a signed-in visitor has already. */
export function VisitorCard({ visitor: { standing, plan }, downloads }: Props) {
  return (
    <section
      aria-label="Your membership"
      className="wrap-anywhere flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-surface p-4"
    >
      <div className="min-w-0 text-sm">
        <p className="font-medium">{plan || "Your membership"}</p>
        <p className="mt-1">
          <Badge tone={standing.good ? "good" : "warn"}>{standing.label}</Badge>
        </p>
      </div>
      <Link href={downloads} className={buttonClass({})}>
        What you may pull
      </Link>
    </section>
  );
}
