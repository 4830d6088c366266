import { ArrowLeft } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { EnterDialog } from "#components/instance/enter-dialog.tsx";
import { OpenTenant } from "#components/instance/open-tenant.tsx";
import { SupportTable } from "#components/instance/support-table.tsx";
import { TenantDetails } from "#components/instance/tenant-details.tsx";
import { TenantStateBadge } from "#components/instance/tenants-table.tsx";
import { QuotaForm } from "#components/storage/quota-form.tsx";
import { UsageBar } from "#components/storage/usage-bar.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { type CapabilityDecision, SUPPORT_ROLE } from "#lib/access/index.ts";
import { listSupportEntries, SUPPORT_MINUTES, type TenantFacts, viewTenant } from "#lib/instance/index.ts";
import { given, onPage, type Query, requireInstanceAdmin } from "#lib/web/index.ts";
import { enter, saveQuota } from "./actions.ts";

export const metadata: Metadata = { title: "Tenant" };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Query>;
}

export default async function TenantPage({ params, searchParams }: Props) {
  const { id } = await params;
  const base = `/admin/tenants/${id}`;
  const { ctx } = await requireInstanceAdmin(base);
  const { after } = given(await searchParams, ["after"]);
  const tenant = await onPage(() => viewTenant(ctx, id));
  const { entries, next } = await onPage(() => listSupportEntries(ctx, { tenantId: id, after, limit: 20 }), base);
  return (
    <>
      <Link
        href="/admin/tenants"
        className="mb-3 inline-flex items-center gap-1 rounded text-[13px] text-soft hover:text-ink"
      >
        <ArrowLeft className="size-3.5" aria-hidden="true" /> Tenants
      </Link>
      <PageHeader
        title={tenant.name}
        action={
          <EnterDialog
            tenant={tenant}
            role={SUPPORT_ROLE}
            minutes={SUPPORT_MINUTES}
            decision={mayEnter(tenant)}
            onEnter={enter.bind(null, id)}
          />
        }
      >
        <span className="flex flex-wrap items-center gap-2">
          <code className="font-mono text-[13px]">{tenant.slug}</code> <TenantStateBadge state={tenant.state} />
        </span>
      </PageHeader>
      <OpenTenant slug={tenant.slug} until={tenant.supportUntil} onTeam={tenant.onTeam} />
      <TenantDetails tenant={tenant} now={ctx.now} />
      {tenant.deletedAt ? null : (
        <>
          <h2 className="mt-8 mb-2 font-semibold text-sm">Storage</h2>
          <div className="mb-3 max-w-2xl">
            <UsageBar label="Storage used" used={tenant.storage.bytes} limit={tenant.storage.quotaBytes} />
          </div>
          <QuotaForm quota={tenant.storage} onSave={saveQuota.bind(null, id)} />
        </>
      )}
      <h2 className="mt-8 mb-2 font-semibold text-sm">Support views</h2>
      {entries.length === 0 ? (
        <EmptyState title="Nobody looked into it so far">
          Whoever enters it for support stands here and in the workspace's own audit log.
        </EmptyState>
      ) : (
        <SupportTable entries={entries} now={ctx.now} />
      )}
      <Pager
        label="Pages of support views"
        first={after ? base : null}
        next={next ? `${base}?${new URLSearchParams({ after: next })}` : null}
      />
    </>
  );
}

function mayEnter({ onTeam, deletedAt }: TenantFacts): CapabilityDecision {
  if (deletedAt) return { allowed: false, reason: "This workspace was deleted: there is nothing left to look at." };
  if (onTeam) return { allowed: false, reason: "You are on the team of this workspace: open it as yourself." };
  return { allowed: true };
}
