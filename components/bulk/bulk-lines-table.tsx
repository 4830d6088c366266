import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { dateOnly } from "#lib/format.ts";
import { OUTCOMES, type OutcomeShown } from "./words.ts";

interface Props {
  rows: {
    line: number;
    email: string;
    reason: string;
    expiresAt: Date | null;
    problem: string | null;
    outcome: OutcomeShown;
  }[];
  /** Whether lines up to this one are done. */
  doneTo: number;
}

/** The lines of a bulk change, each with what becomes of it or did. */
export function BulkLinesTable({ rows, doneTo }: Props) {
  return (
    <Table caption="Lines" columns={["Line", "Member", "Outcome", "Reason", "Until"]}>
      {rows.map((row) => (
        <Row key={row.line}>
          <Cell label="Line" className="text-soft tabular-nums sm:w-px">
            {row.line}
          </Cell>
          <Cell label="Member">{row.email}</Cell>
          <Cell label="Outcome">
            <Badge tone={OUTCOMES[row.outcome].tone}>
              {OUTCOMES[row.outcome][row.line <= doneTo ? "after" : "before"]}
            </Badge>
            {row.problem ? <div className="mt-1 text-[13px] text-soft">It {row.problem}.</div> : null}
          </Cell>
          <Cell label="Reason" className="text-soft">
            {row.reason}
          </Cell>
          <Cell label="Until">{row.expiresAt ? dateOnly(row.expiresAt) : <span className="text-soft">–</span>}</Cell>
        </Row>
      ))}
    </Table>
  );
}
