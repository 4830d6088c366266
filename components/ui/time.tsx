import { dateOnly, exactTime, relativeTime } from "#lib/format.ts";

/** A moment in words, with the exact time on hover. `plain` gives the date instead of the distance. */
export function Time({ at, now, plain = false }: { at: Date; now: Date; plain?: boolean }) {
  return (
    <time dateTime={at.toISOString()} title={exactTime(at)} className="md:whitespace-nowrap">
      {plain ? dateOnly(at) : relativeTime(at, now)}
    </time>
  );
}
