import { Section } from "#components/registry/section.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { plural } from "#lib/format.ts";

interface Props {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** Said where there is none. */
  none: string;
}

/** More than a page of paper has use for: the rest is in the file. */
const ROWS_MAX = 500;

/** A section of a snapshot, as a table that can be printed. */
export function PictureTable({ title, columns, rows, none }: Props) {
  const shown = rows.slice(0, ROWS_MAX);
  return (
    <Section title={`${title} (${rows.length})`}>
      {rows.length === 0 ? <p className="text-sm text-soft">{none}</p> : null}
      {shown.length > 0 ? (
        <Table caption={title} columns={columns}>
          {shown.map((cells) => (
            <Row key={cells.join(" ")}>
              {cells.map((cell, at) => (
                <Cell key={columns[at]} label={at === 0 ? "" : columns[at]} className="wrap-anywhere text-[13px]">
                  {cell || "–"}
                </Cell>
              ))}
            </Row>
          ))}
        </Table>
      ) : null}
      {rows.length > shown.length ? (
        <p className="mt-2 text-[13px] text-soft">
          And {plural(rows.length - shown.length, "more", "more")}: they are in the files.
        </p>
      ) : null}
    </Section>
  );
}
