import { ProductCard } from "#components/downloads/product-card.tsx";
import type { Ctx } from "#lib/context.ts";
import type { PortalProduct } from "#lib/entitlements/index.ts";
import { registryAddress } from "#lib/web/index.ts";
import { wayShown } from "./shown.ts";

/** A product's card with the addresses that belong to it. */
export function PortalCard({ one, ctx: { tenant, now } }: { one: PortalProduct; ctx: Ctx }) {
  const { product, decision, newest, nextStep } = one;
  const base = `/t/${tenant.slug}/downloads`;
  return (
    <ProductCard
      product={product}
      access={{ allowed: decision.allowed, message: decision.message ?? null, warning: decision.warning ?? null }}
      newest={newest}
      pull={pullOf(product)}
      href={`${base}/products/${product.slug}`}
      locked={{
        trace: decision.trace(),
        whyHref: `${base}/why?product=${product.slug}`,
        way: wayShown(nextStep, tenant, product.name),
      }}
      now={now}
    />
  );
}

function pullOf({ repositories }: PortalProduct["product"]): string | null {
  const [first] = repositories.filter(({ tags }) => tags.length > 0);
  const tag = first?.tags.find(({ name }) => name === "latest") ?? first?.tags[0];
  return first && tag ? `docker pull ${registryAddress().host}/${first.name}:${tag.name}` : null;
}
