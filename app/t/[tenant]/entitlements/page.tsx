import type { Metadata } from "next";
import Link from "next/link";
import { EntitledProductsTable } from "#components/entitlements/products-table.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { decide } from "#lib/access/index.ts";
import { type EntitledProduct, listEntitledProducts } from "#lib/entitlements/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { askWhoIsAffected, setRestriction } from "../products/actions.ts";

export const metadata: Metadata = { title: "Entitlements" };

const KINDS = [
  ["restricted", "Restricted"],
  ["open", "Open"],
  ["hidden", "Hidden"],
] as const;

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function EntitlementsPage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { search, show } = given(await searchParams, ["search", "show"]);
  const { slug } = ctx.tenant;
  const here = `/t/${slug}/entitlements`;
  const all = await onPage(() => listEntitledProducts(ctx));
  const rows = all.filter((row) => matches(row, search, show));
  const bulk = (
    <Link href={`/t/${slug}/members/bulk`} className={buttonClass()}>
      Grant or revoke for many
    </Link>
  );
  return (
    <>
      <PageHeader title="Entitlements" action={bulk}>
        Who may have what. An open product is every member's in good standing; a restricted one needs a grant.
      </PageHeader>
      {all.length === 0 ? (
        <EmptyState title="No products yet">Add the first one on the products page.</EmptyState>
      ) : (
        <SearchForm action={here} label="Search products" value={search}>
          <FilterSelect name="show" label="Which products" all="All products" options={KINDS} value={show} />
        </SearchForm>
      )}
      {all.length > 0 && rows.length === 0 ? (
        <EmptyState title="No product is like that">Search for another part of its name, or show all.</EmptyState>
      ) : null}
      {rows.length > 0 ? (
        <EntitledProductsTable
          rows={rows}
          base={here}
          restrict={{
            decision: decide(ctx.actor, "product.restrict"),
            onAsk: askWhoIsAffected.bind(null, slug),
            onSet: setRestriction.bind(null, slug),
          }}
        />
      ) : null}
    </>
  );
}

function matches({ product }: EntitledProduct, search = "", show = ""): boolean {
  const part = search.toLowerCase();
  if (!product.name.toLowerCase().includes(part) && !product.slug.includes(part)) return false;
  if (show === "hidden") return product.visibility === "hidden";
  return show === "" || product.requiresEntitlement === (show === "restricted");
}
