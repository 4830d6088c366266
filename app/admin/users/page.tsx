import type { Metadata } from "next";
import { UsersTable } from "#components/instance/users-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { listUsers } from "#lib/instance/index.ts";
import { given, onPage, type Query, requireInstanceAdmin } from "#lib/web/index.ts";
import { makeAdmin, removeAdmin } from "./actions.ts";

export const metadata: Metadata = { title: "Users" };

const BASE = "/admin/users";
const ALLOWED = { allowed: true } as const;
const LAST: CapabilityDecision = {
  allowed: false,
  reason: "This is the last instance admin. Make another one first.",
};

export default async function UsersPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { ctx } = await requireInstanceAdmin(BASE);
  const { search, after } = given(await searchParams, ["search", "after"]);
  const { users, admins, next } = await onPage(() => listUsers(ctx, { search, after, limit: 25 }), BASE);
  const to = (after?: string) =>
    `${BASE}?${new URLSearchParams({ ...(search && { search }), ...(after && { after }) })}`;
  return (
    <>
      <PageHeader title="Users">Every account on this instance, the newest first.</PageHeader>
      <SearchForm action={BASE} label="Search name or email" value={search} />
      {users.length === 0 ? (
        <EmptyState title={`Nobody matches “${search ?? ""}”`}>
          Search for another part of the name or the address.
        </EmptyState>
      ) : (
        <UsersTable
          users={users}
          self={ctx.actor.id}
          now={ctx.now}
          making={{ decision: ALLOWED, onConfirm: makeAdmin }}
          removing={{ decision: admins > 1 ? ALLOWED : LAST, onConfirm: removeAdmin }}
        />
      )}
      <Pager label="Pages of users" first={after ? to() : null} next={next ? to(next) : null} />
    </>
  );
}
