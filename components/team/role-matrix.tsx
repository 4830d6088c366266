import { Check, Minus } from "lucide-react";
import { Fragment } from "react";

export interface MatrixRow {
  capability: string;
  label: string;
  /** By column: whether it is theirs. */
  held: boolean[];
}

interface Props {
  columns: string[];
  groups: { resource: string; rows: MatrixRow[] }[];
}

/** Who can do what: a row a capability, a column a role and one for whoever looks. */
export function RoleMatrix({ columns, groups }: Props) {
  return (
    <table className="w-full border-separate border-spacing-0 rounded-lg border border-line bg-surface text-left text-sm">
      <caption className="sr-only">What each role may do</caption>
      <thead>
        <tr>
          <th scope="col" className="border-line border-b px-3 py-2 align-bottom font-medium text-soft text-xs sm:pl-4">
            Permission
          </th>
          {columns.map((column) => (
            <th
              key={column}
              scope="col"
              className="w-9 border-line border-b px-1 py-2 align-bottom font-medium text-soft text-xs capitalize max-sm:[writing-mode:vertical-rl] sm:w-20 sm:text-center"
            >
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.map(({ resource, rows }) => (
          <Fragment key={resource}>
            <tr>
              <th
                scope="colgroup"
                colSpan={columns.length + 1}
                className="border-line border-b bg-canvas px-3 py-1.5 font-medium text-soft text-xs capitalize sm:pl-4"
              >
                {resource}
              </th>
            </tr>
            {rows.map((row) => (
              <MatrixLine key={row.capability} row={row} columns={columns} />
            ))}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function MatrixLine({ row, columns }: { row: MatrixRow; columns: string[] }) {
  return (
    <tr className="hover:bg-hover">
      <th scope="row" className="wrap-anywhere border-line border-b px-3 py-1.5 text-left font-normal sm:pl-4">
        <span className="block text-ink first-letter:uppercase">{row.label}</span>
        <code className="font-mono text-soft text-xs">{row.capability}</code>
      </th>
      {columns.map((column, index) => (
        <td key={column} className="border-line border-b px-1 py-1.5 last:bg-accent-soft sm:text-center">
          {row.held[index] ? (
            <Check className="inline size-4 text-good" role="img" aria-label="yes" />
          ) : (
            <Minus className="inline size-4 text-soft" role="img" aria-label="no" />
          )}
        </td>
      ))}
    </tr>
  );
}
