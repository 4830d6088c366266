import type { ReactNode } from "react";

interface TableProps {
  /** What the table holds, for those who can't see it. */
  caption: string;
  columns: readonly string[];
  children: ReactNode;
}

/** A table; on a phone each row is a card with its column names beside the values. */
export function Table({ caption, columns, children }: TableProps) {
  return (
    <table className="w-full border-separate border-spacing-0 rounded-lg border border-line bg-surface text-left text-sm max-sm:block">
      <caption className="sr-only">{caption}</caption>
      <thead className="max-sm:sr-only">
        <tr>
          {columns.map((column) => (
            <th
              key={column}
              scope="col"
              className="border-line border-b px-3 py-2 font-medium text-soft text-xs first:pl-4 last:pr-4"
            >
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:block">{children}</tbody>
    </table>
  );
}

export function Row({ children, muted = false }: { children: ReactNode; muted?: boolean }) {
  return (
    <tr
      className={`group/row max-sm:block max-sm:border-line max-sm:border-b max-sm:p-3 max-sm:last:border-b-0 sm:hover:bg-hover ${muted ? "text-soft" : ""}`}
    >
      {children}
    </tr>
  );
}

interface CellProps {
  /** The column's name, shown on a phone; empty where the value speaks for itself. */
  label?: string;
  className?: string;
  children?: ReactNode;
}

export function Cell({ label = "", className = "", children }: CellProps) {
  const named = label
    ? "max-sm:grid max-sm:grid-cols-[6.5rem_1fr] max-sm:items-start max-sm:gap-2 max-sm:before:text-soft max-sm:before:text-xs max-sm:before:leading-5 max-sm:before:content-[attr(data-label)]"
    : "max-sm:block";
  return (
    <td
      data-label={label || undefined}
      className={`border-line border-b px-3 py-2 align-top first:pl-4 last:pr-4 group-last/row:border-b-0 max-sm:border-0 max-sm:px-0! max-sm:py-1 ${named} ${className}`}
    >
      <div className="wrap-anywhere min-w-0 sm:min-w-16">{children}</div>
    </td>
  );
}
