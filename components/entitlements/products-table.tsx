import { EyeOff } from "lucide-react";
import Link from "next/link";
import { RestrictSwitch, type RestrictSwitchProps } from "#components/products/restrict-switch.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { plural } from "#lib/format.ts";
import { SOURCES } from "./sources.ts";

interface Product {
  id: string;
  slug: string;
  name: string;
  visibility: "listed" | "hidden";
  requiresEntitlement: boolean;
}

interface Props {
  rows: { product: Product; holders: Record<keyof typeof SOURCES, number>; members: number }[];
  /** Where each product's holders are. */
  base: string;
  restrict: Omit<RestrictSwitchProps, "product" | "listHref">;
}

/** Each product with who may have it and how many hold a grant of it, by who gave it. */
export function EntitledProductsTable({ rows, base, restrict }: Props) {
  return (
    <Table caption="Products and their holders" columns={["Product", "Grants", "Holders", "Restricted"]}>
      {rows.map(({ product, holders, members }) => (
        <Row key={product.id}>
          <Cell className="sm:w-[34%]">
            <Link href={`${base}/${product.slug}`} className="rounded font-medium text-accent-ink hover:underline">
              {product.name}
            </Link>
            <div className="font-mono text-soft text-xs">{product.slug}</div>
            {product.visibility === "hidden" ? (
              <Badge tone="warn">
                <EyeOff className="size-3" aria-hidden="true" /> Hidden
              </Badge>
            ) : null}
          </Cell>
          <Cell label="Grants">
            <Sources holders={holders} />
          </Cell>
          <Cell label="Holders" className="tabular-nums">
            {plural(members, "member")}
          </Cell>
          <Cell label="Restricted" className="sm:w-px">
            <RestrictSwitch
              product={{ id: product.id, name: product.name, restricted: product.requiresEntitlement }}
              listHref={`${base}/${product.slug}/restriction`}
              {...restrict}
            />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function Sources({ holders }: { holders: Record<keyof typeof SOURCES, number> }) {
  const some = Object.entries(SOURCES).filter(([source]) => holders[source as keyof typeof SOURCES] > 0);
  if (some.length === 0) return <span className="text-soft">None</span>;
  return (
    <ul className="flex flex-wrap gap-1">
      {some.map(([source, label]) => (
        <li key={source}>
          <Badge>{`${label}: ${holders[source as keyof typeof SOURCES]}`}</Badge>
        </li>
      ))}
    </ul>
  );
}
