import type { ComponentProps, ReactNode } from "react";
import { ProductTabs } from "#components/products/product-tabs.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";

interface Props {
  tenant: string;
  product: { slug: string; name: string; requiresEntitlement: boolean };
  current: ComponentProps<typeof ProductTabs>["current"];
  action?: ReactNode;
  children: ReactNode;
}

/** What a product's pages have in common: the way back, its name, its tabs. */
export function ProductFrame({ tenant, product, current, action, children }: Props) {
  return (
    <>
      <Trail href={`/t/${tenant}/products`}>Products</Trail>
      <PageHeader title={product.name} action={action}>
        <span className="flex flex-wrap items-center gap-2">
          <code className="font-mono text-xs">{product.slug}</code>
          {product.requiresEntitlement ? <Badge tone="warn">Restricted</Badge> : <Badge>Open to every member</Badge>}
        </span>
      </PageHeader>
      <ProductTabs base={`/t/${tenant}/products/${product.slug}`} current={current} />
      {children}
    </>
  );
}
