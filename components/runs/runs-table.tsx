import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { RUN_STATES, type RunState, tookOf } from "./words.ts";

interface RunShown {
  id: string;
  label: string;
  subjectLabel: string;
  state: RunState;
  summary: string | null;
  error: string | null;
  phase: string;
  cancelledBy: string | null;
  queuedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  startedByLabel: string;
}

/** Runs, newest first. `base` is where one's page lies. */
export function RunsTable({ runs, base, now }: { runs: RunShown[]; base: string; now: Date }) {
  return (
    <Table caption="Runs" columns={["What", "State", "Result", "Started", "Took", "By"]}>
      {runs.map((run) => (
        <Row key={run.id}>
          <Cell>
            <Link href={`${base}/${run.id}`} className="rounded font-medium text-accent-ink hover:underline">
              {run.label}
            </Link>
            {run.subjectLabel ? <span className="block text-[13px] text-soft">{run.subjectLabel}</span> : null}
          </Cell>
          <Cell label="State">
            <Badge tone={RUN_STATES[run.state].tone}>{RUN_STATES[run.state].word}</Badge>
          </Cell>
          <Cell label="Result" className="wrap-anywhere text-[13px] sm:w-[35%]">
            {resultOf(run)}
          </Cell>
          <Cell label="Started" className="text-soft">
            <Time at={run.queuedAt} now={now} />
          </Cell>
          <Cell label="Took" className="text-soft tabular-nums">
            {tookOf(run, now)}
          </Cell>
          <Cell label="By">{run.startedByLabel}</Cell>
        </Row>
      ))}
    </Table>
  );
}

/** What came of it; while it is under way, what it is at. */
function resultOf({ state, error, summary, phase, cancelledBy }: RunShown): string {
  if (state === "cancelled") return `Stopped by ${cancelledBy ?? "somebody"}`;
  return error ?? summary ?? (phase || "–");
}
