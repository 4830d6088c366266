import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";

interface ProductUse {
  product: { id: string; slug: string; name: string; archived: boolean };
  pulls: number;
  downloads: number;
  members: number;
  lastAt: Date | null;
}

/** How much each product is used, and the way to its versions. */
export function ProductUseTable({ rows, to, now }: { rows: ProductUse[]; to: (slug: string) => string; now: Date }) {
  return (
    <Table caption="Use by product" columns={["Product", "Pulls", "Downloads", "Members", "Last fetched"]}>
      {rows.map(({ product, pulls, downloads, members, lastAt }) => (
        <Row key={product.id} muted={pulls + downloads === 0}>
          <Cell>
            {product.archived ? (
              <span className="flex flex-wrap items-center gap-1.5">
                {product.name} <Badge>Archived</Badge>
              </span>
            ) : (
              <Link
                href={to(product.slug)}
                className="rounded font-medium text-accent-ink underline underline-offset-2"
              >
                {product.name}
              </Link>
            )}
          </Cell>
          <Cell label="Pulls" className="tabular-nums">
            {pulls.toLocaleString("en")}
          </Cell>
          <Cell label="Downloads" className="tabular-nums">
            {downloads.toLocaleString("en")}
          </Cell>
          <Cell label="Members" className="tabular-nums">
            {members.toLocaleString("en")}
          </Cell>
          <Cell label="Last fetched" className="text-soft">
            {lastAt ? <Time at={lastAt} now={now} /> : "never"}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
