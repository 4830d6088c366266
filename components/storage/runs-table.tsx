import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { byteSize, plural } from "#lib/format.ts";

export interface Run {
  id: string;
  requestedAt: Date;
  requestedBy: string;
  dry: boolean;
  state: "waiting" | "running" | "done" | "failed";
  error: string | null;
  report: Record<"links" | "blobs" | "blobBytes" | "uploads" | "uploadBytes" | "orphans" | "orphanBytes", number>;
}

const STATES = {
  waiting: { tone: "neutral", word: "Waiting" },
  running: { tone: "accent", word: "Running" },
  done: { tone: "good", word: "Done" },
  failed: { tone: "danger", word: "Failed" },
} as const;

/** Clean-ups, and what each removed or would have. */
export function RunsTable({ runs, now }: { runs: Run[]; now: Date }) {
  return (
    <Table caption="Clean-ups" columns={["When", "What", "State", "Result", "Asked for by"]}>
      {runs.map((run) => (
        <Row key={run.id}>
          <Cell>
            <Time at={run.requestedAt} now={now} />
          </Cell>
          <Cell label="What">{run.dry ? "Preview" : "Clean-up"}</Cell>
          <Cell label="State">
            <Badge tone={STATES[run.state].tone}>{STATES[run.state].word}</Badge>
          </Cell>
          <Cell label="Result" className="sm:w-[45%]">
            {run.error ?? resultOf(run)}
          </Cell>
          <Cell label="By">{run.requestedBy}</Cell>
        </Row>
      ))}
    </Table>
  );
}

function resultOf({ dry, state, report }: Run): string {
  if (state === "waiting") return "A worker takes it up in a moment.";
  const bytes = report.blobBytes + report.uploadBytes + report.orphanBytes;
  const parts = [
    report.blobs > 0 ? plural(report.blobs, "blob") : "",
    report.links > 0 ? `${plural(report.links, "link")} of blobs to repositories` : "",
    report.uploads > 0 ? plural(report.uploads, "abandoned upload") : "",
    report.orphans > 0 ? plural(report.orphans, "leftover file") : "",
  ].filter(Boolean);
  if (parts.length === 0) return dry ? "Nothing would go." : "There was nothing to remove.";
  return `${byteSize(bytes)} ${dry ? "would be" : "were"} freed: ${parts.join(", ")}.`;
}
