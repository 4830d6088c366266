import type { Metadata } from "next";
import { AddMembersDialog } from "#components/groups/add-members-dialog.tsx";
import { DeleteGroup } from "#components/groups/delete-group.tsx";
import { GroupDialog } from "#components/groups/group-dialog.tsx";
import { GroupMembersTable } from "#components/groups/group-members-table.tsx";
import { OriginBadge } from "#components/groups/origin-badge.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { type Capability, type CapabilityDecision, decide } from "#lib/access/index.ts";
import type { Ctx } from "#lib/context.ts";
import { type GroupRow, keptElsewhere, listGroupMembers, viewGroup } from "#lib/entitlements/index.ts";
import { plural } from "#lib/format.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { addMembers, previewChange, removeGroup, removeMember, renameGroup } from "../actions.ts";
import { both, Gives } from "./gives.tsx";

const WHO = "Who is in it";

export const metadata: Metadata = { title: "Group" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
  searchParams: Promise<Query>;
}

export default async function GroupPage({ params, searchParams }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const { search, after } = given(await searchParams, ["search", "after"]);
  const { slug } = ctx.tenant;
  const here = `/t/${slug}/groups/${id}`;
  const group = await onPage(() => viewGroup(ctx, id));
  const { members, next } = await onPage(() => listGroupMembers(ctx, { groupId: id, search, after }), here);
  const to = (after?: string) =>
    `${here}?${new URLSearchParams({ ...(search && { search }), ...(after && { after }) })}`;
  const may = (capability: Capability) => decideBoth(ctx, group, capability);
  const unless = (origins: GroupRow["origin"][], what: string, decision: CapabilityDecision): CapabilityDecision => {
    const reason = keptElsewhere(group, origins, what);
    return reason && decision.allowed ? { allowed: false, reason } : decision;
  };
  return (
    <>
      <Trail href={`/t/${slug}/groups`}>Groups</Trail>
      <PageHeader
        title={group.name}
        action={
          <div className="flex flex-wrap gap-2">
            <GroupDialog
              group={group}
              decision={decide(ctx.actor, "group.manage")}
              onSave={renameGroup.bind(null, slug, id)}
            />
            <DeleteGroup
              group={group}
              base={`/t/${slug}/groups`}
              decision={unless(["scim"], "It", may("entitlement.revoke"))}
              onPreview={previewChange.bind(null, slug, { change: "delete", groupId: id })}
              onDelete={removeGroup.bind(null, slug, id)}
            />
            <AddMembersDialog
              group={group}
              decision={unless(["scim", "claim"], WHO, may("entitlement.grant"))}
              onAdd={addMembers.bind(null, slug, id)}
            />
          </div>
        }
      >
        <OriginBadge origin={group.origin} />{" "}
        {group.description || `${plural(group.members, "member")}, ${plural(group.products.length, "product")}.`}
      </PageHeader>
      <Gives ctx={ctx} group={group} />
      <Section title={`Members (${group.members})`}>
        {group.members > 0 ? <SearchForm action={here} label="Search name or email" value={search} /> : null}
        {members.length === 0 ? (
          <EmptyState title={search ? `Nobody matches “${search}”` : "Nobody is in it"}>
            {search ? "Search for another part of the address." : FILLED_BY[group.origin]}
          </EmptyState>
        ) : (
          <GroupMembersTable
            group={group}
            rows={members}
            base={`/t/${slug}/members`}
            now={ctx.now}
            decision={unless(["scim", "claim"], WHO, may("entitlement.revoke"))}
            onRemove={(memberId) => removeMember.bind(null, slug, id, memberId)}
          />
        )}
        <Pager label="Pages of members" first={after ? to() : null} next={next ? to(next) : null} />
      </Section>
    </>
  );
}

/** As the verbs decide: a group that gives products moves access, which takes the right to do that, too. */
function decideBoth(ctx: Ctx, group: GroupRow, capability: Capability): CapabilityDecision {
  const managing = decide(ctx.actor, "group.manage");
  return group.products.length > 0 ? both(managing, decide(ctx.actor, capability)) : managing;
}

const FILLED_BY = {
  hand: "Add members by their addresses.",
  claim: "They come with their next sign-in, where it says that they are in it.",
  scim: "They come from the directory, once their address has an account here.",
} as const;
