import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";

interface Props {
  rows: {
    product: { id: string; name: string };
    pulls: number;
    lastAt: Date;
    /** Day by day, the oldest first. */
    days: { day: Date; pulls: number }[];
  }[];
  now: Date;
}

/** What somebody pulled, by product, with a bar for each day. */
export function MemberPullsTable({ rows, now }: Props) {
  return (
    <Table caption="Pulls by product" columns={["Product", "Pulls", "Day by day", "Last"]}>
      {rows.map(({ product, pulls, days, lastAt }) => (
        <Row key={product.id}>
          <Cell>
            <span className="font-medium text-ink">{product.name}</span>
          </Cell>
          <Cell label="Pulls" className="tabular-nums">
            {pulls}
          </Cell>
          <Cell label="Day by day" className="sm:w-[40%]">
            <Bars days={days} />
          </Cell>
          <Cell label="Last" className="text-soft">
            <Time at={lastAt} now={now} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

const HEIGHT = 24;
const STEP = 6;

function Bars({ days }: { days: Props["rows"][number]["days"] }) {
  const most = Math.max(1, ...days.map(({ pulls }) => pulls));
  const active = days.filter(({ pulls }) => pulls > 0).length;
  return (
    <svg
      viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-6 w-full max-w-60"
      role="img"
      aria-label={`on ${plural(active, "day")} of ${days.length}, at most ${most} a day`}
    >
      {days.map(({ day, pulls }, n) => {
        const height = pulls === 0 ? 1 : Math.max(3, (pulls / most) * HEIGHT);
        return (
          <rect
            key={day.toISOString()}
            x={n * STEP + 1}
            y={HEIGHT - height}
            width={STEP - 2}
            height={height}
            className={pulls === 0 ? "fill-line" : "fill-accent"}
          />
        );
      })}
    </svg>
  );
}
