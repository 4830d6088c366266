import { Cell, Row, Table } from "#components/ui/table.tsx";
import { tableWord } from "./words.ts";

/** How many rows a backup has, by what they are. */
export function ContentsTable({ tables }: { tables: Record<string, number> }) {
  const there = Object.entries(tables).filter(([, rows]) => rows > 0);
  return (
    <Table caption="What is in the backup" columns={["What", "How many"]}>
      {there.map(([table, rows]) => (
        <Row key={table}>
          <Cell>{tableWord(table)}</Cell>
          <Cell label="How many">{rows}</Cell>
        </Row>
      ))}
    </Table>
  );
}
