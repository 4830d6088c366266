import type { Metadata } from "next";
import type { z } from "zod";
import { AUDIT_QUERY, AuditLog } from "#components/audit/audit-log.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import type { AuditFilter } from "#lib/audit/index.ts";
import { listInstanceEvents } from "#lib/instance/index.ts";
import { given, onPage, type Query, requireInstanceAdmin } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Audit log" };

const BASE = "/admin/audit";

export default async function InstanceAuditPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { ctx } = await requireInstanceAdmin(BASE);
  const filter = given(await searchParams, AUDIT_QUERY);
  const page = await onPage(() => listInstanceEvents(ctx, filter as z.input<typeof AuditFilter>), BASE);
  return (
    <>
      <PageHeader title="Audit log">
        What belongs to no tenant: accounts, sessions, tokens, admins. Rows can't be changed or removed.
      </PageHeader>
      <AuditLog {...page} base={BASE} filter={filter} now={ctx.now} />
    </>
  );
}
