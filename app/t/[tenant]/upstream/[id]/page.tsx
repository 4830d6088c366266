import type { Metadata } from "next";
import Link from "next/link";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Time } from "#components/ui/time.tsx";
import { ConnectDialog } from "#components/upstream/connect-dialog.tsx";
import { CredentialsDialog } from "#components/upstream/credentials-dialog.tsx";
import { MirrorsTable } from "#components/upstream/mirrors-table.tsx";
import { RegistryDialog } from "#components/upstream/registry-dialog.tsx";
import { RemoveRegistry } from "#components/upstream/remove-registry.tsx";
import { decide } from "#lib/access/index.ts";
import { previewDisconnect, type RegistryView, viewRegistry } from "#lib/upstream/index.ts";
import { type Entrance, onPage, requireTeam } from "#lib/web/index.ts";
import { connect, dropRegistry, saveRegistry, setCredentials } from "../actions.ts";

export const metadata: Metadata = { title: "Upstream registry" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
}

export default async function RegistryPage({ params }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const { registry, repositories } = await onPage(() => viewRegistry(ctx, id));
  const base = `/t/${ctx.tenant.slug}`;
  const decision = decide(ctx.actor, "provider.manage");
  const { tags } = await onPage(() =>
    previewDisconnect(
      ctx,
      repositories.map(({ repositoryId }) => repositoryId),
    ),
  );
  return (
    <>
      <Trail href={`${base}/upstream`}>Upstream registries</Trail>
      <PageHeader title={registry.name} action={<Actions registry={registry} notWhole={tags} ctx={ctx} />}>
        <Link href={`${base}/providers/upstream/${id}`} className="rounded text-accent-ink hover:underline">
          Its health, and what differs there
        </Link>
      </PageHeader>
      <Facts
        facts={[
          [
            "Address",
            <span key="url" className="font-mono text-[13px]">
              {registry.url}
            </span>,
          ],
          ["Asked as", registry.username ?? "nobody: what is public alone"],
          ["Credentials set", registry.secretSetAt ? <Time key="at" at={registry.secretSetAt} now={ctx.now} /> : "–"],
        ]}
      />
      <Section title="Mirrored repositories">
        {repositories.length > 0 ? (
          <MirrorsTable mirrors={repositories} base={`${base}/repositories`} now={ctx.now} />
        ) : (
          <EmptyState title="Nothing mirrors it yet">
            Connect a repository of a product to one there: then its tags can be pulled and imported.
          </EmptyState>
        )}
        <div className="mt-3">
          <ConnectDialog
            decision={decision}
            registries={[registry]}
            repository={`${ctx.tenant.slug}/`}
            named
            onConnect={connect.bind(null, ctx.tenant.slug)}
          />
        </div>
      </Section>
    </>
  );
}

function Actions({ registry, notWhole, ctx }: { registry: RegistryView; notWhole: number; ctx: Entrance["ctx"] }) {
  const { slug } = ctx.tenant;
  const { id, name, url, repositories } = registry;
  const decision = decide(ctx.actor, "provider.manage");
  return (
    <div className="flex flex-wrap gap-2">
      <RegistryDialog decision={decision} registry={{ name, url }} onSave={saveRegistry.bind(null, slug, id)} />
      <CredentialsDialog decision={decision} name={name} onSave={setCredentials.bind(null, slug, id)} />
      <RemoveRegistry
        registry={{ name, repositories, notWhole }}
        base={`/t/${slug}/upstream`}
        decision={decision}
        onRemove={dropRegistry.bind(null, slug, id)}
      />
    </div>
  );
}
