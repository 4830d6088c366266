import type { Metadata } from "next";
import { PullsChart } from "#components/registry/pulls-chart.tsx";
import { TagsTable } from "#components/registry/tags-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { listTagRows, viewRepository } from "#lib/catalog/index.ts";
import { given, onPage, type Query, registryAddress, requireTeam } from "#lib/web/index.ts";
import { RepositoryFrame } from "./frame.tsx";

export const metadata: Metadata = { title: "Repository" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
  searchParams: Promise<Query>;
}

export default async function RepositoryPage({ params, searchParams }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const { search, after } = given(await searchParams, ["search", "after"]);
  const here = `/t/${ctx.tenant.slug}/repositories/${id}`;
  const repository = await onPage(() => viewRepository(ctx, id));
  const { tags, next } = await onPage(() => listTagRows(ctx, id, { search, after, limit: 25 }), here);
  const to = (after?: string) =>
    `${here}?${new URLSearchParams({ ...(search && { search }), ...(after && { after }) })}`;
  return (
    <RepositoryFrame tenant={ctx.tenant.slug} repository={repository} current="Tags">
      <PullsChart days={repository.pulls} />
      {tags.length > 0 || search ? <SearchForm action={here} label="Search tags" value={search} /> : null}
      {tags.length === 0 ? (
        <EmptyState title={search ? `Nothing matches “${search}”` : "No tags"}>
          {search ? (
            "Search for another part of the name."
          ) : (
            <>
              Push one:{" "}
              <code className="font-mono">{`docker push ${registryAddress().host}/${repository.name}:1.0.0`}</code>
            </>
          )}
        </EmptyState>
      ) : (
        <TagsTable tags={tags} base={here} now={ctx.now} />
      )}
      <Pager label="Pages of tags" first={after ? to() : null} next={next ? to(next) : null} />
    </RepositoryFrame>
  );
}
