import { dateOnly, plural } from "#lib/format.ts";

interface Props {
  /** Day by day, the oldest first. */
  days: { day: Date; pulls: number }[];
}

const HEIGHT = 56;
const STEP = 10;

/** Pulls per day as bars; the same numbers as a table for whoever can't see them, or wants them exactly. */
export function PullsChart({ days }: Props) {
  const total = days.reduce((sum, { pulls }) => sum + pulls, 0);
  const most = Math.max(1, ...days.map(({ pulls }) => pulls));
  if (total === 0) {
    return <p className="mb-5 text-[13px] text-soft">{`Nobody pulled from it in the last ${days.length} days.`}</p>;
  }
  const [first, last] = [days[0], days.at(-1)];
  return (
    <section aria-labelledby="pulls" className="mb-5 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 id="pulls" className="font-medium text-[13px] text-soft">
          Pulls in the last {days.length} days
        </h2>
        <span className="font-semibold text-lg tabular-nums">{total}</span>
      </div>
      <svg
        viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="mt-2 h-14 w-full"
        role="img"
        aria-label={`${plural(total, "pull")} in ${days.length} days, at most ${most} a day`}
      >
        <line
          x1="0"
          x2={days.length * STEP}
          y1={HEIGHT - 0.5}
          y2={HEIGHT - 0.5}
          className="stroke-line-strong"
          vectorEffect="non-scaling-stroke"
        />
        {days.map(({ day, pulls }, n) => {
          const height = pulls === 0 ? 0 : Math.max(2, (pulls / most) * (HEIGHT - 4));
          return (
            <rect
              key={day.toISOString()}
              x={n * STEP + 1}
              y={HEIGHT - height}
              width={STEP - 2}
              height={height}
              className="fill-accent"
            >
              <title>{`${dateOnly(day)}: ${plural(pulls, "pull")}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className="mt-1 flex justify-between text-soft text-xs">
        <span>{first ? dateOnly(first.day) : ""}</span>
        <span>{last ? dateOnly(last.day) : ""}</span>
      </div>
      <AsTable days={days} />
    </section>
  );
}

function AsTable({ days }: Props) {
  return (
    <details className="mt-2 text-[13px]">
      <summary className="w-fit rounded text-soft hover:text-ink">As a table</summary>
      <table className="mt-1.5 text-left">
        <caption className="sr-only">Pulls by day</caption>
        <thead>
          <tr className="text-soft text-xs">
            <th scope="col" className="pr-6 font-medium">
              Day
            </th>
            <th scope="col" className="font-medium">
              Pulls
            </th>
          </tr>
        </thead>
        <tbody>
          {days
            .filter(({ pulls }) => pulls > 0)
            .map(({ day, pulls }) => (
              <tr key={day.toISOString()}>
                <td className="pr-6">{dateOnly(day)}</td>
                <td className="tabular-nums">{pulls}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}
