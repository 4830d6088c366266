import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";

interface Entry {
  id: string;
  email: string;
  reason: string;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}

/** Who looked into a workspace for support, why, and until when. */
export function SupportTable({ entries, now }: { entries: Entry[]; now: Date }) {
  return (
    <Table caption="Support views" columns={["Who", "Reason", "Entered", "Ended"]}>
      {entries.map((entry) => (
        <Row key={entry.id}>
          <Cell label="Who">{entry.email}</Cell>
          <Cell label="Reason" className="sm:w-[45%]">
            {entry.reason}
          </Cell>
          <Cell label="Entered" className="text-soft">
            <Time at={entry.createdAt} now={now} />
          </Cell>
          <Cell label="Ended" className="text-soft">
            <End entry={entry} now={now} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function End({ entry: { endedAt, expiresAt }, now }: { entry: Entry; now: Date }) {
  if (endedAt || expiresAt <= now) return <Time at={endedAt ?? expiresAt} now={now} />;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <Badge tone="accent">Open</Badge> ends <Time at={expiresAt} now={now} />
    </span>
  );
}
