import { EyeOff } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { RestrictSwitch, type RestrictSwitchProps } from "./restrict-switch.tsx";

interface Product {
  id: string;
  slug: string;
  name: string;
  description: string;
  visibility: "listed" | "hidden";
  requiresEntitlement: boolean;
  repositories: { name: string; tags: { name: string }[] }[];
}

interface Props {
  products: Product[];
  restrict: Omit<RestrictSwitchProps, "product">;
}

/** The tenant's products with what was pushed to them and the switch that makes one an add-on. */
export function ProductsTable({ products, restrict }: Props) {
  return (
    <Table caption="Products" columns={["Product", "Repositories", "Visibility", "Restricted"]}>
      {products.map((product) => (
        <Row key={product.id}>
          <Cell className="sm:w-[34%]">
            <div className="font-medium text-ink">{product.name}</div>
            <div className="font-mono text-soft text-xs">{product.slug}</div>
            {product.description ? (
              <p className="mt-1 line-clamp-2 max-w-prose text-[13px] text-soft">{product.description}</p>
            ) : null}
          </Cell>
          <Cell label="Repositories">
            <Repositories repositories={product.repositories} />
          </Cell>
          <Cell label="Visibility">
            {product.visibility === "listed" ? (
              <Badge>Listed</Badge>
            ) : (
              <Badge tone="warn">
                <EyeOff className="size-3" aria-hidden="true" /> Hidden
              </Badge>
            )}
          </Cell>
          <Cell label="Restricted" className="sm:w-px">
            <RestrictSwitch
              product={{ id: product.id, name: product.name, restricted: product.requiresEntitlement }}
              {...restrict}
            />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function Repositories({ repositories }: { repositories: Product["repositories"] }) {
  if (repositories.length === 0) return <span className="text-soft">Nothing pushed yet</span>;
  return (
    <ul className="grid gap-1.5">
      {repositories.map((repository) => (
        <li key={repository.name}>
          <div className="font-mono text-ink text-xs">{repository.name}</div>
          <div className="mt-0.5 flex flex-wrap gap-1">
            {repository.tags.map((tag) => (
              <Badge key={tag.name}>{tag.name}</Badge>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
