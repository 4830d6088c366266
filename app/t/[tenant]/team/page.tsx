import type { Metadata } from "next";
import Link from "next/link";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { InvitationsTable } from "#components/team/invitations-table.tsx";
import { InviteDialog } from "#components/team/invite-dialog.tsx";
import { TeamTable } from "#components/team/team-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { decide } from "#lib/access/index.ts";
import { hasOneOwner, listInvitations, listTeam, whyStay } from "#lib/tenancy/index.ts";
import { one, onPage, requireTeam } from "#lib/web/index.ts";
import { giveRole, invite, leave, remove, resend, withdraw } from "./actions.ts";
import { invitationShown, personShown, rolesOffered } from "./shown.ts";

export const metadata: Metadata = { title: "Team" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Partial<Record<"search" | "after" | "invited", string | string[]>>>;
}

export default async function TeamPage({ params, searchParams }: Props) {
  const { ctx, access } = await requireTeam((await params).tenant);
  const { slug, name } = ctx.tenant;
  const query = await searchParams;
  const [search, after, invited] = [one(query.search), one(query.after), one(query.invited)];
  const base = `/t/${slug}/team`;
  const [team, open, oneOwner, stays] = await onPage(
    () =>
      Promise.all([
        listTeam(ctx, { search, after, limit: 25 }),
        listInvitations(ctx, { after: invited, limit: 25 }),
        hasOneOwner(ctx),
        whyStay(ctx),
      ]),
    base,
  );
  const to = (at: { after?: string; invited?: string }) =>
    `${base}?${new URLSearchParams({ ...(search && { search }), ...at })}`;
  const roles = rolesOffered(ctx.actor);
  return (
    <>
      <PageHeader
        title="Team"
        action={
          <div className="flex flex-wrap gap-2">
            {access.supportUntil ? null : (
              <ConfirmButton
                verb="Leave"
                title={`Leave ${name}?`}
                consequence={`You lose access to ${name} at once, and come back only when somebody invites you again.`}
                decision={stays ? { allowed: false, reason: stays } : { allowed: true }}
                onConfirm={leave.bind(null, slug)}
              />
            )}
            <InviteDialog
              decision={decide(ctx.actor, "team.invite")}
              roles={roles}
              onInvite={invite.bind(null, slug)}
            />
          </div>
        }
      >
        Who runs this workspace, and as what.{" "}
        <Link href={`${base}/roles`} className="rounded text-accent-ink underline underline-offset-2">
          What each role may do
        </Link>
      </PageHeader>
      <SearchForm action={base} label="Search name or email" value={search} />
      {team.people.length === 0 ? (
        <EmptyState title={search ? `Nobody matches “${search}”` : "Nobody is left here"}>
          Search for another part of the name or the address.
        </EmptyState>
      ) : (
        <TeamTable
          people={team.people.map((person) => personShown(ctx.actor, person, oneOwner))}
          workspace={name}
          now={ctx.now}
          roles={roles}
          onChange={giveRole.bind(null, slug)}
          onRemove={(id) => remove.bind(null, slug, id)}
        />
      )}
      <Pager
        label="Pages of the team"
        first={after ? to({}) : null}
        next={team.next ? to({ after: team.next }) : null}
      />
      <h2 className="mt-8 mb-2 font-semibold text-sm">Open invitations</h2>
      {open.invitations.length === 0 ? (
        <EmptyState title="No invitation is open">Whom you invite stands here until they accept.</EmptyState>
      ) : (
        <InvitationsTable
          invitations={open.invitations.map((invitation) => invitationShown(ctx.actor, invitation))}
          now={ctx.now}
          onResend={(id) => resend.bind(null, slug, id)}
          onWithdraw={(id) => withdraw.bind(null, slug, id)}
        />
      )}
      <Pager
        label="Pages of invitations"
        first={invited ? to({}) : null}
        next={open.next ? to({ invited: open.next }) : null}
      />
    </>
  );
}
