import type { Metadata } from "next";
import type { z } from "zod";
import { AUDIT_QUERY, AuditLog } from "#components/audit/audit-log.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { type AuditFilter, listAuditEvents } from "#lib/audit/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Audit log" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function AuditPage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const filter = given(await searchParams, AUDIT_QUERY);
  const base = `/t/${ctx.tenant.slug}/audit`;
  const page = await onPage(() => listAuditEvents(ctx, filter as z.input<typeof AuditFilter>), base);
  return (
    <>
      <PageHeader title="Audit log">
        Every change and every refusal, newest first. Rows can't be changed or removed.
      </PageHeader>
      <AuditLog {...page} base={base} filter={filter} now={ctx.now} />
    </>
  );
}
