import type { Metadata } from "next";
import { AddProduct } from "#components/products/add-product.tsx";
import { ProductsTable } from "#components/products/products-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { listProducts } from "#lib/catalog/index.ts";
import { onPage, registryAddress, requireTeam } from "#lib/web/index.ts";
import { addProduct, askWhoIsAffected, setRestriction } from "./actions.ts";

export const metadata: Metadata = { title: "Products" };

export default async function ProductsPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx } = await requireTeam((await params).tenant);
  const { slug } = ctx.tenant;
  const products = await onPage(() => listProducts(ctx));
  const add = <AddProduct decision={decide(ctx.actor, "product.create")} onAdd={addProduct.bind(null, slug)} />;
  const push = `docker push ${registryAddress().host}/${slug}/${products[0]?.slug ?? "product"}:1.0.0`;
  return (
    <>
      <PageHeader title="Products" action={add}>
        What you offer. An open product is every member's; a restricted one needs a grant.
      </PageHeader>
      {products.length === 0 ? (
        <EmptyState title="No products yet">Add the first one, then push an image to it.</EmptyState>
      ) : (
        <>
          <ProductsTable
            products={products}
            base={`/t/${slug}`}
            restrict={{
              decision: decide(ctx.actor, "product.restrict"),
              onAsk: askWhoIsAffected.bind(null, slug),
              onSet: setRestriction.bind(null, slug),
            }}
          />
          {decide(ctx.actor, "registry.push").allowed ? (
            <p className="mt-4 text-soft text-xs">
              Push with <code className="wrap-anywhere font-mono text-ink">{push}</code>. The first push makes the
              repository.
            </p>
          ) : null}
        </>
      )}
    </>
  );
}
