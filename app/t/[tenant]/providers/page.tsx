import type { Metadata } from "next";
import { MissingList } from "#components/providers/missing-list.tsx";
import { ProvidersTable } from "#components/providers/providers-table.tsx";
import { Section } from "#components/registry/section.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { listProviders } from "#lib/providers/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Providers" };

interface Props {
  params: Promise<{ tenant: string }>;
}

export default async function ProvidersPage({ params }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { providers, missing } = await onPage(() => listProviders(ctx));
  const base = `/t/${ctx.tenant.slug}`;
  return (
    <>
      <PageHeader title="Providers">
        What this workspace depends on. Each is looked at every hour; who may manage them gets a letter when one fails.
      </PageHeader>
      <ProvidersTable providers={providers} base={`${base}/providers`} now={ctx.now} />
      {missing.length > 0 ? (
        <Section title="Not connected">
          <MissingList missing={missing} base={base} />
        </Section>
      ) : null}
    </>
  );
}
