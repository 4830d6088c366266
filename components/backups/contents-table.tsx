import { Cell, Row, Table } from "#components/ui/table.tsx";
import { contentsInWords } from "./words.ts";

/** How many rows a backup has, by what they are. */
export function ContentsTable({ tables }: { tables: Record<string, number> }) {
  const there = contentsInWords(tables);
  return (
    <Table caption="What is in the backup" columns={["What", "How many"]}>
      {there.map(([what, rows]) => (
        <Row key={what}>
          <Cell>
            <span className="inline-block first-letter:uppercase">{what}</span>
          </Cell>
          <Cell label="How many">{rows}</Cell>
        </Row>
      ))}
    </Table>
  );
}
