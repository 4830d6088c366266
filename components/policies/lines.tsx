import { Cell, Row, Table } from "#components/ui/table.tsx";

/** What a version says, line by line; beside it what another says where that is otherwise. */
export function PolicyLines({ lines }: { lines: { label: string; words: string }[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 rounded-lg border border-line bg-surface p-4 text-sm sm:grid-cols-2">
      {lines.map(({ label, words }) => (
        <div key={label} className="wrap-anywhere min-w-0">
          <dt className="text-soft text-xs">{label}</dt>
          <dd className="mt-0.5 text-ink">{words}</dd>
        </div>
      ))}
    </dl>
  );
}

interface Changed {
  label: string;
  before: string;
  after: string;
}

/** What two versions say differently. */
export function LineChanges({ changes, columns }: { changes: Changed[]; columns: readonly [string, string] }) {
  return (
    <Table caption="What is otherwise" columns={["", ...columns]}>
      {changes.map(({ label, before, after }) => (
        <Row key={label}>
          <Cell className="font-medium sm:w-[30%]">{label}</Cell>
          <Cell label={columns[0]} className="text-soft">
            {before || "nothing"}
          </Cell>
          <Cell label={columns[1]}>{after || "nothing"}</Cell>
        </Row>
      ))}
    </Table>
  );
}
