import type { Metadata } from "next";
import { AccountFrame } from "#components/shell/account-frame.tsx";
import { NewWorkspace } from "#components/tenants/new-workspace.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decideCreatingTenants } from "#lib/tenancy/index.ts";
import { onPage, requireAccount } from "#lib/web/index.ts";
import { registerWorkspace } from "./actions.ts";

export const metadata: Metadata = { title: "New workspace" };

export default async function NewTenantPage() {
  const { ctx, user } = await requireAccount("/tenants/new");
  const decision = await onPage(() => decideCreatingTenants(ctx));
  return (
    <AccountFrame user={user}>
      <PageHeader title="New workspace">
        {decision.allowed ? "For one vendor: its products, its team and its members." : decision.reason}
      </PageHeader>
      <NewWorkspace decision={decision} onRegister={registerWorkspace} />
    </AccountFrame>
  );
}
