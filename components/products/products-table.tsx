import { EyeOff } from "lucide-react";
import Link from "next/link";
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
  repositories: { id: string; name: string; tags: { name: string }[] }[];
}

interface Props {
  products: Product[];
  /** Where each product's page lies. */
  base: string;
  restrict: Omit<RestrictSwitchProps, "product" | "listHref">;
}

/** The tenant's products with what was pushed to them and the switch that makes one an add-on. */
export function ProductsTable({ products, base, restrict }: Props) {
  return (
    <Table caption="Products" columns={["Product", "Repositories", "Visibility", "Restricted"]}>
      {products.map((product) => (
        <Row key={product.id}>
          <Cell className="sm:w-[34%]">
            <Link
              href={`${base}/products/${product.slug}`}
              className="rounded font-medium text-accent-ink hover:underline"
            >
              {product.name}
            </Link>
            <div className="font-mono text-soft text-xs">{product.slug}</div>
            {product.description ? (
              <p className="mt-1 line-clamp-2 max-w-prose text-[13px] text-soft">{product.description}</p>
            ) : null}
          </Cell>
          <Cell label="Repositories">
            <Repositories product={product} base={base} />
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
              listHref={`${base}/entitlements/${product.slug}/restriction`}
              {...restrict}
            />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

const SHOWN = 5;

function Repositories({ product, base }: { product: Product; base: string }) {
  const { repositories, slug } = product;
  if (repositories.length === 0) return <span className="text-soft">Nothing pushed yet</span>;
  const more = repositories.length - SHOWN;
  return (
    <ul className="grid gap-1.5">
      {repositories.slice(0, SHOWN).map((repository) => (
        <li key={repository.id}>
          <Link
            href={`${base}/repositories/${repository.id}`}
            className="rounded font-mono text-ink text-xs hover:underline"
          >
            {repository.name}
          </Link>
          <div className="mt-0.5 flex flex-wrap gap-1">
            {repository.tags.map((tag) => (
              <Badge key={tag.name}>{tag.name}</Badge>
            ))}
          </div>
        </li>
      ))}
      {more > 0 ? (
        <li>
          <Link href={`${base}/products/${slug}`} className="rounded text-[13px] text-accent-ink hover:underline">
            {`and ${more} more`}
          </Link>
        </li>
      ) : null}
    </ul>
  );
}
