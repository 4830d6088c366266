import { Cell, Row, Table } from "#components/ui/table.tsx";
import { HealthBadge, type HealthShown } from "./health-badge.tsx";

interface FindingShown {
  check: string;
  state: HealthShown;
  words: string;
  fix?: string;
}

/** What a check found, and what would mend it. */
export function FindingsTable({ findings }: { findings: FindingShown[] }) {
  return (
    <Table caption="What the check found" columns={["Check", "State", "What was found"]}>
      {findings.map(({ check, state, words, fix }) => (
        <Row key={check + words}>
          <Cell className="font-medium">{check}</Cell>
          <Cell label="State">
            <HealthBadge health={state} />
          </Cell>
          <Cell label="Found" className="wrap-anywhere sm:w-[65%]">
            {words}
            {fix ? <span className="block text-[13px] text-soft">{fix}</span> : null}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
