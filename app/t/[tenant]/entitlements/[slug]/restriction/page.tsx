import type { Metadata } from "next";
import Link from "next/link";
import { RestrictSwitch } from "#components/products/restrict-switch.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { decide } from "#lib/access/index.ts";
import { viewProduct } from "#lib/catalog/index.ts";
import { type AffectedGroup, listAffected, previewRestriction } from "#lib/entitlements/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { askWhoIsAffected, setRestriction } from "../../../products/actions.ts";

export const metadata: Metadata = { title: "Who is affected" };

interface Props {
  params: Promise<{ tenant: string; slug: string }>;
  searchParams: Promise<Query>;
}

const WORDS = {
  open: {
    keepable: "Lose access, or keep it by a grant of their own",
    revoked: "Lose access: a grant of theirs was revoked by hand",
    holding: "Keep access by a grant",
  },
  restricted: {
    keepable: "Gain access",
    revoked: "Gain access: a grant of theirs was revoked by hand",
    holding: "Have access by a grant",
  },
} as const;

export default async function RestrictionPage({ params, searchParams }: Props) {
  const { tenant, slug } = await params;
  const { ctx } = await requireTeam(tenant);
  const query = given(await searchParams, ["search", "group", "after"]);
  const list = `/t/${ctx.tenant.slug}/entitlements/${slug}`;
  const here = `${list}/restriction`;
  const product = await onPage(() => viewProduct(ctx, slug));
  const group = (query.group ?? "keepable") as AffectedGroup;
  const { search, after } = query;
  const [preview, affected] = await onPage(
    () =>
      Promise.all([
        previewRestriction(ctx, product.id),
        listAffected(ctx, { productId: product.id, group, search, after }),
      ]),
    here,
  );
  const to = (query: Record<string, string | undefined>) =>
    `${here}?${new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1])))}`;
  const words = WORDS[product.requiresEntitlement ? "restricted" : "open"];
  return (
    <>
      <Trail href={list}>{product.name}</Trail>
      <PageHeader
        title={product.requiresEntitlement ? `Opening ${product.name}` : `Restricting ${product.name}`}
        action={
          <RestrictSwitch
            product={{ id: product.id, name: product.name, restricted: product.requiresEntitlement }}
            listHref={here}
            decision={decide(ctx.actor, "product.restrict")}
            onAsk={askWhoIsAffected.bind(null, ctx.tenant.slug)}
            onSet={setRestriction.bind(null, ctx.tenant.slug)}
          />
        }
      >
        Members in good standing, and what the change would mean for each. Nothing is changed by looking.
      </PageHeader>
      <nav aria-label="Who" className="mb-4 flex flex-wrap gap-2 text-sm">
        {Object.entries(words).map(([name, label]) => (
          <Link
            key={name}
            href={to({ group: name })}
            aria-current={name === group ? "page" : undefined}
            className={`rounded-md border px-2.5 py-1 ${name === group ? "border-accent bg-accent-soft text-accent-ink" : "border-line text-ink hover:bg-raised"}`}
          >
            {label} <span className="tabular-nums">({preview[name as AffectedGroup].count})</span>
          </Link>
        ))}
      </nav>
      <SearchForm action={here} label="Search email" value={search}>
        <input type="hidden" name="group" value={group} />
      </SearchForm>
      {affected.members.length === 0 ? (
        <EmptyState title="Nobody">{search ? "Search for another part of the address." : words[group]}</EmptyState>
      ) : (
        <Table caption={words[group]} columns={["Member"]}>
          {affected.members.map(({ id, email }) => (
            <Row key={id}>
              <Cell>
                <Link href={`/t/${ctx.tenant.slug}/members/${id}`} className="rounded text-ink hover:underline">
                  {email}
                </Link>
              </Cell>
            </Row>
          ))}
        </Table>
      )}
      <Pager
        label="Pages of members"
        first={after ? to({ group, search }) : null}
        next={affected.next ? to({ group, search, after: affected.next }) : null}
      />
    </>
  );
}
