import { Section } from "#components/registry/section.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { plural } from "#lib/format.ts";
import { tableWord } from "./words.ts";

interface Change {
  pairs: number;
  members: number;
  rows: readonly { memberId: string; email: string; product: string }[];
}

export interface Report {
  tenant: { slug: string; name: string };
  tables: readonly { table: string; added: number; changed: number; removed: number }[];
  /** Rows that are left out, by table. */
  dropped: Readonly<Record<string, number>>;
  gained: Change;
  lost: Change;
  missing: { count: number; digests: readonly string[] };
}

/** What a restore changes, by what it is, and whose access. */
export function RestoreReportView({ report: { tables, dropped, gained, lost, missing } }: { report: Report }) {
  const left = Object.values(dropped).reduce((sum, rows) => sum + rows, 0);
  const moved = tables.filter(({ added, changed, removed }) => added + changed + removed > 0);
  return (
    <>
      {missing.count > 0 ? (
        <p role="alert" className="mb-4 rounded-md bg-danger-soft px-3 py-2 text-danger-ink text-sm">
          {plural(missing.count, "layer or file", "layers and files")} of this backup are gone from the store, and it
          was made without their bytes: it can't be restored as a whole. Restore members or settings alone.
        </p>
      ) : null}
      {moved.length === 0 ? (
        <EmptyState title="Nothing would change">The workspace has all that this part of the backup has.</EmptyState>
      ) : (
        <Table caption="What would change" columns={["What", "Added", "Set back", "Removed"]}>
          {moved.map(({ table, added, changed, removed }) => (
            <Row key={table}>
              <Cell>
                <span className="inline-block first-letter:uppercase">{tableWord(table)}</span>
              </Cell>
              <Cell label="Added">{added}</Cell>
              <Cell label="Set back">{changed}</Cell>
              <Cell label="Removed">{removed}</Cell>
            </Row>
          ))}
        </Table>
      )}
      {left > 0 ? (
        <p className="mt-2 text-[13px] text-soft">
          {plural(left, "row")} of the backup are left out, since what they belong to is neither here nor restored:{" "}
          {Object.keys(dropped).map(tableWord).join(", ")}.
        </p>
      ) : null}
      <Access title="Who gains access" none="Nobody gains access to anything." change={gained} />
      <Access title="Who loses access" none="Nobody loses access to anything." change={lost} />
    </>
  );
}

function Access({ title, none, change }: { title: string; none: string; change: Change }) {
  if (change.pairs === 0) {
    return (
      <Section title={title}>
        <p className="text-sm text-soft">{none}</p>
      </Section>
    );
  }
  const more = change.pairs - change.rows.length;
  return (
    <Section title={`${title}: ${plural(change.members, "member")}`}>
      <Table caption={title} columns={["Member", "Product"]}>
        {change.rows.map(({ memberId, email, product }) => (
          <Row key={`${memberId} ${product}`}>
            <Cell>{email}</Cell>
            <Cell label="Product">{product}</Cell>
          </Row>
        ))}
      </Table>
      {more > 0 ? <p className="mt-2 text-[13px] text-soft">And {more} more.</p> : null}
    </Section>
  );
}
