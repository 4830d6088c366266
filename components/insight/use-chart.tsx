import { type Bar, BarChart } from "#components/charts/bar-chart.tsx";
import { dateOnly } from "#lib/format.ts";

interface Fetched {
  pulls: number;
  downloads: number;
}

interface Props {
  /** Day by day in UTC, the oldest first; the last is not over yet. */
  days: ({ day: Date } & Fetched)[];
  before: Fetched;
}

const BY_WEEK = 100;

/** Pulls and downloads over time: day by day, or by weeks where there are many; with what it was before. */
export function UseChart({ days, before }: Props) {
  const weekly = days.length > BY_WEEK;
  const bars = weekly ? weeksOf(days) : days.map(barOf);
  const open = bars.at(-1);
  if (open) bars[bars.length - 1] = { ...open, label: `${open.label} (not over yet)` };
  const total = (of: Fetched) => of.pulls + of.downloads;
  const now = days.reduce((sum, day) => sum + total(day), 0);
  return (
    <BarChart
      title={`Pulls and downloads in the last ${days.length} days`}
      kinds={["pull", "download"]}
      bars={bars}
      each={weekly ? "week" : "day"}
      note={changeOf(now, total(before), days.length)}
    />
  );
}

const barOf = ({ day, pulls, downloads }: Props["days"][number]): Bar => ({
  key: day.toISOString(),
  label: dateOnly(day),
  counts: [pulls, downloads],
});

/** Weeks from Monday on; the first and the last may be short. */
function weeksOf(days: Props["days"]): Bar[] {
  const mondayOf = (day: Date) => new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * 86_400_000).toISOString();
  return [...Map.groupBy(days, ({ day }) => mondayOf(day))].map(([monday, of]) => ({
    key: monday,
    label: `Week of ${dateOnly(new Date(monday))}`,
    counts: [of.reduce((sum, { pulls }) => sum + pulls, 0), of.reduce((sum, { downloads }) => sum + downloads, 0)],
  }));
}

function changeOf(now: number, before: number, days: number): string {
  const was = `the ${days} days before: ${before.toLocaleString("en")}`;
  if (before === 0) return `In ${was}.`;
  const percent = Math.round(((now - before) / before) * 100);
  const words = percent === 0 ? "As many as in" : `${percent > 0 ? "+" : "−"}${Math.abs(percent)} % against`;
  return `${words} ${was}.`;
}
