import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { STATES, type StateShown } from "./words.ts";

interface Props {
  rows: {
    id: string;
    kind: "grant" | "revoke";
    product: { name: string };
    state: StateShown;
    lines: number;
    createdAt: Date;
    requestedByLabel: string;
  }[];
  base: string;
  now: Date;
}

/** Bulk changes, newest first. */
export function BulksTable({ rows, base, now }: Props) {
  return (
    <Table caption="Bulk changes" columns={["What", "State", "Lines", "When", "By"]}>
      {rows.map((row) => (
        <Row key={row.id}>
          <Cell>
            <Link href={`${base}/${row.id}`} className="rounded font-medium text-accent-ink hover:underline">
              {row.kind === "grant" ? "Grant" : "Revoke"} {row.product.name}
            </Link>
          </Cell>
          <Cell label="State">
            <Badge tone={STATES[row.state].tone}>{STATES[row.state].word}</Badge>
          </Cell>
          <Cell label="Lines" className="tabular-nums">
            {row.lines}
          </Cell>
          <Cell label="When" className="text-soft">
            <Time at={row.createdAt} now={now} />
          </Cell>
          <Cell label="By">{row.requestedByLabel}</Cell>
        </Row>
      ))}
    </Table>
  );
}
