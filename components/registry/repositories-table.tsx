import Link from "next/link";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { byteSize } from "#lib/format.ts";

interface Repository {
  id: string;
  name: string;
  tags: number;
  bytes: number;
  pushedAt: Date | null;
  pulls: number;
}

/** A product's repositories with what is in them. `base` is where each one's pages begin. */
export function RepositoriesTable({ rows, base, now }: { rows: Repository[]; base: string; now: Date }) {
  return (
    <Table caption="Repositories" columns={["Repository", "Tags", "Size", "Last push", "Pulls in 30 days"]}>
      {rows.map((row) => (
        <Row key={row.id}>
          <Cell className="sm:w-[44%]">
            <Link
              href={`${base}/${row.id}`}
              className="wrap-anywhere rounded font-medium font-mono text-accent-ink text-xs hover:underline"
            >
              {row.name}
            </Link>
          </Cell>
          <Cell label="Tags">{row.tags}</Cell>
          <Cell label="Size">{byteSize(row.bytes)}</Cell>
          <Cell label="Last push" className="text-soft">
            {row.pushedAt ? <Time at={row.pushedAt} now={now} /> : "–"}
          </Cell>
          <Cell label="Pulls, 30 days">{row.pulls}</Cell>
        </Row>
      ))}
    </Table>
  );
}
