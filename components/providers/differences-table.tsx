import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";

interface DifferenceShown {
  kind: string;
  key: string;
  change: "new" | "gone" | "different";
  words: string;
}

const TONES = { new: "good", gone: "danger", different: "warn" } as const;

/** What a provider has otherwise than we do, and what that would change. */
export function DifferencesTable({ differences }: { differences: DifferenceShown[] }) {
  return (
    <Table caption="Differences" columns={["What", "Change", "What it means"]}>
      {differences.map(({ kind, key, change, words }) => (
        <Row key={`${kind} ${key} ${words}`}>
          <Cell className="sm:w-[35%]">
            <span className="wrap-anywhere font-medium">{key}</span>
            <span className="block text-[13px] text-soft">{kind}</span>
          </Cell>
          <Cell label="Change">
            <Badge tone={TONES[change]}>{change}</Badge>
          </Cell>
          <Cell label="Means" className="wrap-anywhere">
            {words}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
