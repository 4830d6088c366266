import type { Metadata } from "next";
import Link from "next/link";
import { MembershipCard } from "#components/downloads/membership-card.tsx";
import { ProductCard } from "#components/downloads/product-card.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { viewOwnMembership } from "#lib/billing/index.ts";
import { listProductAccess } from "#lib/entitlements/index.ts";
import { onPage, registryAddress, requireMember } from "#lib/web/index.ts";
import { manageMembership } from "./actions.ts";

export const metadata: Metadata = { title: "Downloads" };

export default async function DownloadsPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx, access, user } = await requireMember((await params).tenant);
  const [products, membership] = await onPage(() =>
    Promise.all([listProductAccess(ctx, access), viewOwnMembership(ctx)]),
  );
  const registry = registryAddress();
  const tokens = `/t/${ctx.tenant.slug}/downloads/tokens`;
  return (
    <>
      <PageHeader title="Downloads">What you may pull from {ctx.tenant.name}, and how.</PageHeader>
      {membership ? (
        <MembershipCard
          membership={membership}
          store={`/store/${ctx.tenant.slug}`}
          onManage={manageMembership.bind(null, ctx.tenant.slug)}
        />
      ) : null}
      {products.length === 0 ? (
        <EmptyState title="Nothing to download yet">{ctx.tenant.name} has not published a product so far.</EmptyState>
      ) : (
        <>
          <section aria-labelledby="sign-in" className="mb-6 rounded-lg border border-line bg-surface p-4">
            <h2 id="sign-in" className="font-medium text-sm">
              First, sign in to the registry
            </h2>
            <p className="mt-0.5 mb-2.5 text-[13px] text-soft">
              The password is{" "}
              <Link href={tokens} className="rounded text-accent-ink underline underline-offset-2">
                a token of yours
              </Link>
              .{" "}
              {registry.insecure ? "This registry has no https yet, so the skopeo commands turn its check off." : null}
            </p>
            <div className="grid gap-1.5">
              <CopyField label="docker sign-in command" value={`docker login ${registry.host} -u ${user.email}`} />
              <CopyField
                label="skopeo sign-in command"
                value={`skopeo login ${registry.insecure ? "--tls-verify=false " : ""}${registry.host} -u ${user.email}`}
              />
            </div>
          </section>
          <ul className="grid gap-4">
            {products.map(({ product, decision }) => (
              <li key={product.id}>
                <ProductCard
                  product={product}
                  access={{
                    allowed: decision.allowed,
                    message: decision.message ?? null,
                    warning: decision.warning ?? null,
                    trace: decision.trace(),
                  }}
                  registry={registry}
                  whyHref={`/t/${ctx.tenant.slug}/downloads/why?product=${product.slug}`}
                />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
