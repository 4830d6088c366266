import Link from "next/link";

interface Props {
  periods: readonly string[];
  current: string;
  /** Where a period leads. */
  to: (days: string) => string;
}

/** The choice of how many days are looked at. */
export function PeriodLinks({ periods, current, to }: Props) {
  return (
    <nav aria-label="Period" className="flex flex-wrap gap-1">
      {periods.map((days) => (
        <Link
          key={days}
          href={to(days)}
          aria-current={days === current ? "true" : undefined}
          className={`rounded-md border px-2.5 py-1 text-[13px] ${days === current ? "border-accent bg-accent-soft font-medium text-accent-ink" : "border-line-strong bg-surface text-ink hover:bg-raised"}`}
        >
          {days === "365" ? "A year" : `${days} days`}
        </Link>
      ))}
    </nav>
  );
}
