import type { Metadata } from "next";
import { HealthTable } from "#components/instance/health-table.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { instanceHealth } from "#lib/instance/index.ts";
import { onPage, requireInstanceAdmin } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Health" };

export default async function HealthPage() {
  const { ctx } = await requireInstanceAdmin("/admin/health");
  const { version, checks, counts } = await onPage(() => instanceHealth(ctx));
  return (
    <>
      <PageHeader title="Health">How the instance is now, as the process that answered sees it.</PageHeader>
      <HealthTable checks={checks} />
      <h2 className="mt-8 mb-2 font-semibold text-sm">In numbers</h2>
      <Facts
        facts={[
          ["Purser", version],
          ["Tenants", counts.tenants],
          ["Users", counts.users],
          ["Signed-in browsers", counts.sessions],
          ["Members", counts.members],
          ["Products", counts.products],
        ]}
      />
    </>
  );
}
