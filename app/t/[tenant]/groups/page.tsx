import type { Metadata } from "next";
import { GroupDialog } from "#components/groups/group-dialog.tsx";
import { GroupsTable } from "#components/groups/groups-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { listGroups } from "#lib/entitlements/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { addGroup } from "./actions.ts";

export const metadata: Metadata = { title: "Groups" };

export default async function GroupsPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx } = await requireTeam((await params).tenant);
  const { slug } = ctx.tenant;
  const groups = await onPage(() => listGroups(ctx));
  const add = <GroupDialog decision={decide(ctx.actor, "group.manage")} onSave={addGroup.bind(null, slug)} />;
  return (
    <>
      <PageHeader title="Groups" action={add}>
        Members who get the same products. Whoever joins gets what the group gives; whoever leaves keeps what others
        gave.
      </PageHeader>
      {groups.length === 0 ? (
        <EmptyState title="No groups yet">
          Add one, give it products, then add members to it: partners, a customer's staff, a beta.
        </EmptyState>
      ) : (
        <GroupsTable groups={groups} base={`/t/${slug}/groups`} />
      )}
    </>
  );
}
