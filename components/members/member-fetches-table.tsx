import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";

interface Props {
  rows: {
    product: { id: string; name: string };
    pulls: number;
    downloads: number;
    lastAt: Date;
    /** Day by day, the oldest first. */
    days: { day: Date; fetches: number }[];
  }[];
  now: Date;
}

/** What somebody pulled and downloaded, by product, with a bar for each day. */
export function MemberFetchesTable({ rows, now }: Props) {
  return (
    <Table caption="Pulls and downloads by product" columns={["Product", "Pulls", "Downloads", "Day by day", "Last"]}>
      {rows.map(({ product, pulls, downloads, days, lastAt }) => (
        <Row key={product.id}>
          <Cell>
            <span className="font-medium text-ink">{product.name}</span>
          </Cell>
          <Cell label="Pulls" className="tabular-nums">
            {pulls}
          </Cell>
          <Cell label="Downloads" className="tabular-nums">
            {downloads}
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
  const most = Math.max(1, ...days.map(({ fetches }) => fetches));
  const active = days.filter(({ fetches }) => fetches > 0).length;
  return (
    <svg
      viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-6 w-full max-w-60"
      role="img"
      aria-label={`on ${plural(active, "day")} of ${days.length}, at most ${most} a day`}
    >
      {days.map(({ day, fetches }, n) => {
        const height = fetches === 0 ? 1 : Math.max(3, (fetches / most) * HEIGHT);
        return (
          <rect
            key={day.toISOString()}
            x={n * STEP + 1}
            y={HEIGHT - height}
            width={STEP - 2}
            height={height}
            className={fetches === 0 ? "fill-line" : "fill-accent"}
          />
        );
      })}
    </svg>
  );
}
