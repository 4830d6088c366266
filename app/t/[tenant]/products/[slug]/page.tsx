import type { Metadata } from "next";
import { ImmutableForm } from "#components/registry/immutable-form.tsx";
import { RepositoriesTable } from "#components/registry/repositories-table.tsx";
import { Section } from "#components/registry/section.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { decide } from "#lib/access/index.ts";
import { listProductRepositories, viewProduct, viewTagRules } from "#lib/catalog/index.ts";
import { given, onPage, type Query, registryAddress, requireTeam } from "#lib/web/index.ts";
import { saveImmutableTags } from "./actions.ts";
import { ProductFrame } from "./frame.tsx";
import { RuledBy, unlessRuled } from "./ruled-by.tsx";

export const metadata: Metadata = { title: "Product" };

interface Props {
  params: Promise<{ tenant: string; slug: string }>;
  searchParams: Promise<Query>;
}

export default async function ProductPage({ params, searchParams }: Props) {
  const { tenant, slug } = await params;
  const { ctx } = await requireTeam(tenant);
  const { search, after } = given(await searchParams, ["search", "after"]);
  const base = `/t/${ctx.tenant.slug}`;
  const here = `${base}/products/${slug}`;
  const product = await onPage(() => viewProduct(ctx, slug));
  const { repositories, next } = await onPage(
    () => listProductRepositories(ctx, product.id, { search, after, limit: 25 }),
    here,
  );
  const rules = await onPage(() => viewTagRules(ctx, product.id));
  const to = (after?: string) =>
    `${here}?${new URLSearchParams({ ...(search && { search }), ...(after && { after }) })}`;
  return (
    <ProductFrame tenant={ctx.tenant.slug} product={product} current="Repositories">
      {repositories.length > 0 || search ? (
        <SearchForm action={here} label="Search repositories" value={search} />
      ) : null}
      {repositories.length === 0 ? (
        <EmptyState title={search ? `Nothing matches “${search}”` : "No repositories yet"}>
          {search ? (
            "Search for another part of the name."
          ) : (
            <>
              The first push makes one:{" "}
              <code className="font-mono">{`docker push ${registryAddress().host}/${ctx.tenant.slug}/${slug}:1.0.0`}</code>
            </>
          )}
        </EmptyState>
      ) : (
        <RepositoriesTable rows={repositories} base={`${base}/repositories`} now={ctx.now} />
      )}
      <Pager label="Pages of repositories" first={after ? to() : null} next={next ? to(next) : null} />
      <Section title="Rules for tags">
        <RuledBy by={rules.by.immutability} tenant={ctx.tenant.slug} />
        <ImmutableForm
          key={rules.immutablePatterns.join(" ")}
          productId={product.id}
          patterns={rules.immutablePatterns}
          decision={unlessRuled(decide(ctx.actor, "product.update"), rules.by.immutability)}
          onSave={saveImmutableTags.bind(null, ctx.tenant.slug)}
        />
      </Section>
    </ProductFrame>
  );
}
