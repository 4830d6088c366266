import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { Time } from "#components/ui/time.tsx";

interface Props {
  recall: { reason: string; replacement: string | null; recalledAt: Date; by?: string };
  /** What is recalled, where it is a part of what is shown. */
  what?: string;
  /** The recall's own page, for the team. */
  href?: string;
  now: Date;
}

/** That something is recalled, why, and what to take instead. */
export function RecallBanner({ recall: { reason, replacement, recalledAt, by }, what, href, now }: Props) {
  return (
    <div className="wrap-anywhere mb-4 flex gap-2.5 rounded-md bg-danger-soft px-3 py-2.5 text-danger-ink text-sm">
      <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <div className="min-w-0">
        <p className="font-medium">
          {what ? `${what} was recalled` : "Recalled"} <Time at={recalledAt} now={now} />
          {by ? ` by ${by}` : ""}. Do not use it any more.
        </p>
        <p className="mt-0.5 whitespace-pre-line">{reason}</p>
        {replacement ? <p className="mt-0.5">Move to {replacement}.</p> : null}
        {href ? (
          <Link href={href} className="mt-1 inline-block rounded font-medium underline">
            Who fetched it, and who was told
          </Link>
        ) : null}
      </div>
    </div>
  );
}
