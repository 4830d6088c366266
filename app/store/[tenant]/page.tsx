import type { Metadata } from "next";
import Link from "next/link";
import { Brand } from "#components/shell/brand.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { viewStorefront } from "#lib/catalog/index.ts";
import { onPage } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Products" };

export default async function StorePage({ params }: { params: Promise<{ tenant: string }> }) {
  const { tenant: slug } = await params;
  const { tenant, products } = await onPage(() => viewStorefront(slug));
  return (
    <div className="mx-auto max-w-3xl px-5">
      <header className="flex h-16 items-center justify-between gap-4">
        <Brand />
        <Link
          href={`/sign-in?callbackUrl=${encodeURIComponent(`/t/${tenant.slug}/downloads`)}`}
          className={buttonClass({})}
        >
          Sign in
        </Link>
      </header>
      <main id="main" className="py-8">
        <PageHeader title={tenant.name}>
          Members pull these with docker, podman or skopeo. Sign in to see what is yours.
        </PageHeader>
        {products.length === 0 ? (
          <EmptyState title="Nothing is offered yet">{tenant.name} has not listed a product so far.</EmptyState>
        ) : (
          <ul className="grid gap-3 sm:grid-cols-2">
            {products.map((product) => (
              <li key={product.slug} className="wrap-anywhere rounded-lg border border-line bg-surface p-4">
                <h2 className="font-medium text-sm">{product.name}</h2>
                {product.description ? <p className="mt-1 text-[13px] text-soft">{product.description}</p> : null}
              </li>
            ))}
          </ul>
        )}
      </main>
    </div>
  );
}
