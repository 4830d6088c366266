import type { Metadata } from "next";
import Link from "next/link";
import { HoldersTable } from "#components/entitlements/holders-table.tsx";
import { SOURCES } from "#components/entitlements/sources.ts";
import { RestrictSwitch } from "#components/products/restrict-switch.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { decide } from "#lib/access/index.ts";
import { viewProduct } from "#lib/catalog/index.ts";
import { listHolders, type Source } from "#lib/entitlements/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { revoke } from "../../members/[id]/actions.ts";
import { askWhoIsAffected, setRestriction } from "../../products/actions.ts";

export const metadata: Metadata = { title: "Holders" };

interface Props {
  params: Promise<{ tenant: string; slug: string }>;
  searchParams: Promise<Query>;
}

export default async function HoldersPage({ params, searchParams }: Props) {
  const { tenant, slug } = await params;
  const { ctx } = await requireTeam(tenant);
  const query = given(await searchParams, ["search", "source", "after"]);
  const base = `/t/${ctx.tenant.slug}`;
  const here = `${base}/entitlements/${slug}`;
  const product = await onPage(() => viewProduct(ctx, slug));
  const filter = { ...query, source: query.source as Source | undefined, productId: product.id };
  const { holders, next } = await onPage(() => listHolders(ctx, filter), here);
  const { after, ...kept } = query;
  const to = (page: object) => `${here}?${new URLSearchParams({ ...kept, ...page })}`;
  const restricted = product.requiresEntitlement;
  const filtered = Boolean(kept.search || kept.source);
  return (
    <>
      <Trail href={`${base}/entitlements`}>Entitlements</Trail>
      <PageHeader
        title={product.name}
        action={
          <Link href={`${base}/members/bulk?product=${product.id}`} className={buttonClass()}>
            Grant or revoke for many
          </Link>
        }
      >
        {restricted
          ? "Restricted: only members with a grant may pull it."
          : "Open: every member in good standing may pull it, with or without a grant."}
      </PageHeader>
      <div className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
        <span className="flex items-center gap-2">
          <RestrictSwitch
            product={{ id: product.id, name: product.name, restricted }}
            listHref={`${here}/restriction`}
            decision={decide(ctx.actor, "product.restrict")}
            onAsk={askWhoIsAffected.bind(null, ctx.tenant.slug)}
            onSet={setRestriction.bind(null, ctx.tenant.slug)}
          />
          Restricted
        </span>
        <Link href={`${here}/restriction`} className="rounded text-accent-ink underline underline-offset-2">
          {restricted ? "Who would gain access if it were opened" : "Who would lose access if it were restricted"}
        </Link>
      </div>
      <SearchForm action={here} label="Search name or email" value={kept.search}>
        <FilterSelect
          name="source"
          label="Source"
          all="Every source"
          options={Object.entries(SOURCES)}
          value={kept.source}
        />
      </SearchForm>
      {holders.length === 0 ? (
        <EmptyState title={filtered ? "No grant is like that" : "Nobody holds a grant"}>
          {filtered
            ? "Search for another part of the address, or every source."
            : "Give it to a member on their page, to a group, or map a price to it."}
        </EmptyState>
      ) : (
        <HoldersTable
          product={{ name: product.name, open: !restricted && product.visibility === "listed" }}
          rows={holders}
          base={base}
          now={ctx.now}
          revoking={{ decision: decide(ctx.actor, "entitlement.revoke"), onRevoke: revoke.bind(null, ctx.tenant.slug) }}
        />
      )}
      <Pager label="Pages of grants" first={after ? to({}) : null} next={next ? to({ after: next }) : null} />
    </>
  );
}
