import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";
import { MemberLink, type Person } from "./member-use-table.tsx";
import { type Run, RunVersion } from "./run-version.tsx";

interface Adopter extends Run {
  member: Person;
  inGoodStanding: boolean;
  behind: number | null;
  lastAt: Date | null;
}

/** Who runs what of a product, and how far behind they are. */
export function AdoptersTable({ rows, base, now }: { rows: Adopter[]; base: string; now: Date }) {
  return (
    <Table caption="Who runs what" columns={["Member", "Membership", "Newest fetched", "Behind", "Last fetched"]}>
      {rows.map((row) => (
        <Row key={row.member.id}>
          <Cell>
            <MemberLink member={row.member} base={base} />
          </Cell>
          <Cell label="Membership">
            {row.inGoodStanding ? <Badge tone="good">Holds</Badge> : <Badge tone="danger">Does not hold</Badge>}
          </Cell>
          <Cell label="Newest fetched">
            {row.lastAt ? <RunVersion run={row} /> : <span className="text-soft">nothing yet</span>}
          </Cell>
          <Cell label="Behind" className="tabular-nums">
            {behindWords(row)}
          </Cell>
          <Cell label="Last fetched" className="text-soft">
            {row.lastAt ? <Time at={row.lastAt} now={now} /> : "never"}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function behindWords({ behind }: Adopter): string {
  if (behind === null) return "–";
  return behind === 0 ? "up to date" : plural(behind, "version");
}
