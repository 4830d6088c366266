import type { Metadata } from "next";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { AddMembersDialog } from "#components/groups/add-members-dialog.tsx";
import { DeleteGroup } from "#components/groups/delete-group.tsx";
import { GiveProduct } from "#components/groups/give-product.tsx";
import { GroupDialog } from "#components/groups/group-dialog.tsx";
import { GroupMembersTable } from "#components/groups/group-members-table.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { type Capability, type CapabilityDecision, decide } from "#lib/access/index.ts";
import { listProducts } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { type GroupRow, listGroupMembers, viewGroup } from "#lib/entitlements/index.ts";
import { plural } from "#lib/format.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { addMembers, giveProduct, removeGroup, removeMember, renameGroup, takeProduct } from "../actions.ts";

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
              decision={may("entitlement.revoke")}
              onDelete={removeGroup.bind(null, slug, id)}
            />
            <AddMembersDialog
              group={group}
              decision={may("entitlement.grant")}
              onAdd={addMembers.bind(null, slug, id)}
            />
          </div>
        }
      >
        {group.description || `${plural(group.members, "member")}, ${plural(group.products.length, "product")}.`}
      </PageHeader>
      <Products ctx={ctx} group={group} />
      <Section title={`Members (${group.members})`}>
        {group.members > 0 ? <SearchForm action={here} label="Search name or email" value={search} /> : null}
        {members.length === 0 ? (
          <EmptyState title={search ? `Nobody matches “${search}”` : "Nobody is in it"}>
            {search ? "Search for another part of the address." : "Add members by their addresses."}
          </EmptyState>
        ) : (
          <GroupMembersTable
            group={group}
            rows={members}
            base={`/t/${slug}/members`}
            now={ctx.now}
            decision={may("entitlement.revoke")}
            onRemove={(memberId) => removeMember.bind(null, slug, id, memberId)}
          />
        )}
        <Pager label="Pages of members" first={after ? to() : null} next={next ? to(next) : null} />
      </Section>
    </>
  );
}

async function Products({ ctx, group }: { ctx: Ctx; group: GroupRow }) {
  const { slug } = ctx.tenant;
  const products = await onPage(() => listProducts(ctx));
  const others = products.filter(({ id }) => !group.products.some((given) => given.id === id));
  const [give, take] = (["entitlement.grant", "entitlement.revoke"] as const).map((capability) =>
    both(decide(ctx.actor, "group.manage"), decide(ctx.actor, capability)),
  ) as [CapabilityDecision, CapabilityDecision];
  return (
    <Section title="Gives">
      <div className="flex flex-wrap items-center gap-2">
        {group.products.length === 0 ? <p className="text-[13px] text-soft">Nothing yet.</p> : null}
        {group.products.map((product) => (
          <span
            key={product.id}
            className="flex items-center gap-2 rounded-md border border-line bg-surface py-1 pr-1 pl-2.5 text-sm"
          >
            {product.name}
            <ConfirmButton
              small
              verb="Remove"
              label={`Remove ${product.name}`}
              title={`No longer give ${product.name}?`}
              consequence={`${plural(group.members, "member")} of ${group.name} ${group.members === 1 ? "loses" : "lose"} what the group gave of it. Grants of other sources stay.`}
              decision={take}
              onConfirm={takeProduct.bind(null, slug, group.id, product.id)}
            />
          </span>
        ))}
        <GiveProduct
          key={group.products.length}
          group={group}
          products={others.map(({ id, name }) => ({ id, name }))}
          decision={give}
          onGive={giveProduct.bind(null, slug, group.id)}
        />
      </div>
    </Section>
  );
}

/** As the verbs decide: a group that gives products moves access, which takes the right to do that, too. */
function decideBoth(ctx: Ctx, group: GroupRow, capability: Capability): CapabilityDecision {
  const managing = decide(ctx.actor, "group.manage");
  return group.products.length > 0 ? both(managing, decide(ctx.actor, capability)) : managing;
}

function both(first: CapabilityDecision, second: CapabilityDecision): CapabilityDecision {
  return first.allowed ? second : first;
}
