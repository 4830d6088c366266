import type { Metadata } from "next";
import Link from "next/link";
import { GroupDialog } from "#components/groups/group-dialog.tsx";
import { GroupsTable } from "#components/groups/groups-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { decide } from "#lib/access/index.ts";
import { listGroups } from "#lib/entitlements/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { addGroup } from "./actions.ts";

export const metadata: Metadata = { title: "Groups" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function GroupsPage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { slug } = ctx.tenant;
  const base = `/t/${slug}/groups`;
  const { search, after } = given(await searchParams, ["search", "after"]);
  const { groups, next } = await onPage(() => listGroups(ctx, { search, after }), base);
  const to = (after?: string) =>
    `${base}?${new URLSearchParams({ ...(search && { search }), ...(after && { after }) })}`;
  const add = <GroupDialog decision={decide(ctx.actor, "group.manage")} onSave={addGroup.bind(null, slug)} />;
  return (
    <>
      <PageHeader title="Groups" action={add}>
        Members who get the same products. Whoever joins gets what the group gives; whoever leaves keeps what others
        gave. They may come from your{" "}
        <Link href={`/t/${slug}/providers/directory/settings`} className="rounded text-accent-ink underline">
          directory
        </Link>
        , too.
      </PageHeader>
      {search || after || next ? <SearchForm action={base} label="Search names" value={search} /> : null}
      {groups.length > 0 ? <GroupsTable groups={groups} base={base} /> : <NoGroups search={search} />}
      <Pager label="Pages of groups" first={after ? to() : null} next={next ? to(next) : null} />
    </>
  );
}

function NoGroups({ search }: { search?: string }) {
  if (search)
    return <EmptyState title={`No group matches “${search}”`}>Search for another part of the name.</EmptyState>;
  return (
    <EmptyState title="No groups yet">
      Add one, give it products, then add members to it: partners, a customer's staff, a beta.
    </EmptyState>
  );
}
