import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";

interface Check {
  name: string;
  state: "ok" | "warn";
  says: string;
}

const STATES = { ok: { tone: "good", word: "OK" }, warn: { tone: "warn", word: "Look at it" } } as const;

/** Each part of the instance, whether it is well, and what to do where it is not. */
export function HealthTable({ checks }: { checks: Check[] }) {
  return (
    <Table caption="Health" columns={["Part", "State", "What was found"]}>
      {checks.map(({ name, state, says }) => (
        <Row key={name}>
          <Cell>
            <span className="font-medium text-ink">{name}</span>
          </Cell>
          <Cell label="State">
            <Badge tone={STATES[state].tone}>{STATES[state].word}</Badge>
          </Cell>
          <Cell label="Found" className="sm:w-[70%]">
            {says}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
