import { ArrowLeft } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { type MatrixRow, RoleMatrix } from "#components/team/role-matrix.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import {
  type Actor,
  ALL_CAPABILITIES,
  CAPABILITIES,
  type Capability,
  decide,
  ROLE_CAPABILITIES,
  ROLES,
} from "#lib/access/index.ts";
import { requireTeam } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Roles" };

export default async function RolesPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx, access } = await requireTeam((await params).tenant);
  return (
    <>
      <Link
        href={`/t/${ctx.tenant.slug}/team`}
        className="mb-3 inline-flex items-center gap-1 rounded text-[13px] text-soft hover:text-ink"
      >
        <ArrowLeft className="size-3.5" aria-hidden="true" /> Team
      </Link>
      <PageHeader title="Roles">
        What each role may do, drawn from what is asked on every request. You are {access.role} here; the last column is
        what you may do now.
      </PageHeader>
      <RoleMatrix columns={[...ROLES, "you"]} groups={groupsFor(ctx.actor)} />
    </>
  );
}

function groupsFor(actor: Actor): { resource: string; rows: MatrixRow[] }[] {
  const groups = Map.groupBy(ALL_CAPABILITIES, (capability) => capability.split(".")[0] ?? "");
  return [...groups].map(([resource, capabilities]) => ({
    resource,
    rows: capabilities.map((capability) => rowOf(actor, capability)),
  }));
}

function rowOf(actor: Actor, capability: Capability): MatrixRow {
  const yours = decide(actor, capability);
  const byRole = ROLES.map((role) => ROLE_CAPABILITIES[role].includes(capability));
  const { label } = CAPABILITIES[capability];
  return { capability, label, held: [...byRole, yours.allowed] };
}
