import { type ReactNode, useId } from "react";
import { plural } from "#lib/format.ts";
import { ChartReader } from "./chart-reader.tsx";

export interface Bar {
  /** Tells it from the others. */
  key: string;
  /** `21 Nov 2026` */
  label: string;
  /** One a kind, stacked from below. */
  counts: readonly number[];
}

interface Props {
  title: string;
  /** What is counted, in the singular: `pull`. The second is striped. */
  kinds: readonly [string] | readonly [string, string];
  bars: readonly Bar[];
  /** What one bar is: `day`, `week`. */
  each?: string;
  /** Beside the totals. */
  note?: ReactNode;
}

const HEIGHT = 96;
const STEP = 10;

/** Counts over time as bars; the same numbers as a table for whoever can't see them, or wants them exactly. */
export function BarChart({ title, kinds, bars, each = "day", note }: Props) {
  const id = useId();
  const totals = kinds.map((_, n) => bars.reduce((sum, { counts }) => sum + (counts[n] ?? 0), 0));
  const most = Math.max(1, ...bars.map(({ counts }) => sumOf(counts)));
  const inWords = (counts: readonly number[]) => kinds.map((kind, n) => plural(counts[n] ?? 0, kind)).join(", ");
  return (
    <section aria-labelledby={id} className="mb-5 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 id={id} className="font-medium text-[13px] text-soft">
          {title}
        </h2>
        <Totals kinds={kinds} totals={totals} />
      </div>
      {note ? <p className="mt-0.5 text-[13px] text-soft">{note}</p> : null}
      <ChartReader
        label={`${title}, ${each} by ${each}`}
        texts={bars.map(({ label, counts }) => `${label}: ${inWords(counts)}`)}
        ends={[bars[0]?.label ?? "", bars.at(-1)?.label ?? ""]}
      >
        <svg
          viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="block h-24 w-full"
          role="img"
          aria-label={`${inWords(totals)} in ${plural(bars.length, each)}, at most ${most} a ${each}`}
        >
          <Stripes id={`${id}stripes`} />
          <line
            x1="0"
            x2={bars.length * STEP}
            y1={HEIGHT - 0.5}
            y2={HEIGHT - 0.5}
            className="stroke-line-strong"
            vectorEffect="non-scaling-stroke"
          />
          {bars.map(({ key, counts }, n) => (
            <Stack key={key} x={n * STEP + 1} counts={counts} most={most} stripes={`url(#${id}stripes)`} />
          ))}
        </svg>
      </ChartReader>
      <AsTable bars={bars} kinds={kinds} each={each} />
    </section>
  );
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
const capital = (word: string) => word[0]?.toUpperCase() + word.slice(1);

function Totals({ kinds, totals }: { kinds: readonly string[]; totals: readonly number[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4">
      {kinds.map((kind, n) => (
        <li key={kind} className="flex items-baseline gap-1.5">
          {kinds.length > 1 ? <Swatch striped={n > 0} /> : null}
          <span className="font-semibold text-lg tabular-nums">{(totals[n] ?? 0).toLocaleString("en")}</span>
          {kinds.length > 1 ? (
            <span className="text-[13px] text-soft">{plural(totals[n] ?? 0, kind).split(" ")[1]}</span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Swatch({ striped }: { striped: boolean }) {
  const id = useId();
  return (
    <svg viewBox="0 0 12 12" className="size-3 self-center" aria-hidden="true">
      <Stripes id={id} />
      <rect
        width="12"
        height="12"
        className={striped ? "" : "fill-accent"}
        fill={striped ? `url(#${id})` : undefined}
      />
    </svg>
  );
}

// Lines across: the picture is stretched to its box's width.
function Stripes({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={id} width="4" height="4" patternUnits="userSpaceOnUse">
        <rect width="4" height="4" className="fill-good-soft" />
        <rect width="4" height="2" className="fill-good" />
      </pattern>
    </defs>
  );
}

interface StackProps {
  x: number;
  counts: readonly number[];
  most: number;
  stripes: string;
}

function Stack({ x, counts, most, stripes }: StackProps) {
  const heights = counts.map((count) => (count === 0 ? 0 : Math.max(2, (count / most) * (HEIGHT - 4))));
  const [first = 0, second = 0] = heights;
  return (
    <>
      <rect x={x} y={HEIGHT - first} width={STEP - 2} height={first} className="fill-accent" />
      {second > 0 ? (
        <rect x={x} y={Math.max(0, HEIGHT - first - second)} width={STEP - 2} height={second} fill={stripes} />
      ) : null}
    </>
  );
}

function AsTable({ bars, kinds, each }: Required<Pick<Props, "bars" | "kinds" | "each">>) {
  return (
    <details className="mt-2 text-[13px]">
      <summary className="w-fit rounded text-soft hover:text-ink">As a table</summary>
      <table className="mt-1.5 text-left">
        <caption className="sr-only">{`${kinds.map((kind) => `${capital(kind)}s`).join(" and ")} by ${each}`}</caption>
        <thead>
          <tr className="text-soft text-xs">
            {[each, ...kinds.map((kind) => `${kind}s`)].map((column) => (
              <th key={column} scope="col" className="pr-6 font-medium">
                {capital(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars
            .filter(({ counts }) => sumOf(counts) > 0)
            .map(({ key, label, counts }) => (
              <tr key={key}>
                <td className="pr-6">{label}</td>
                {kinds.map((kind, n) => (
                  <td key={kind} className="pr-6 tabular-nums">
                    {counts[n]}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}
