import { BarChart } from "#components/charts/bar-chart.tsx";
import { dateOnly } from "#lib/format.ts";

interface Props {
  /** Day by day, the oldest first. */
  days: { day: Date; pulls: number }[];
}

/** Pulls per day as bars. */
export function PullsChart({ days }: Props) {
  if (days.every(({ pulls }) => pulls === 0)) {
    return <p className="mb-5 text-[13px] text-soft">{`Nobody pulled from it in the last ${days.length} days.`}</p>;
  }
  const bars = days.map(({ day, pulls }) => ({ key: day.toISOString(), label: dateOnly(day), counts: [pulls] }));
  return <BarChart title={`Pulls in the last ${days.length} days`} kinds={["pull"]} bars={bars} />;
}
