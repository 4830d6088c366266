import { Cell, Row, Table } from "#components/ui/table.tsx";
import { byteSize } from "#lib/format.ts";
import { Digest } from "./digest.tsx";

interface Entry {
  digest: string;
  mediaType: string;
  size: number;
  platform: string | null;
  isThere: boolean;
}

/** What an index lists, a platform a row. */
export function PlatformsTable({ entries, base }: { entries: Entry[]; base: string }) {
  return (
    <Table caption="Platforms" columns={["Platform", "Manifest", "Manifest's size"]}>
      {entries.map((entry) => (
        <Row key={entry.digest}>
          <Cell>{entry.platform ?? <span className="text-soft">none given</span>}</Cell>
          <Cell label="Manifest">
            <Digest digest={entry.digest} base={entry.isThere ? base : undefined} />
          </Cell>
          <Cell label="Size">{byteSize(entry.size)}</Cell>
        </Row>
      ))}
    </Table>
  );
}
