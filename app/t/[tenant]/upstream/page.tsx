import type { Metadata } from "next";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { RegistriesTable } from "#components/upstream/registries-table.tsx";
import { RegistryDialog } from "#components/upstream/registry-dialog.tsx";
import { decide } from "#lib/access/index.ts";
import { listRegistries } from "#lib/upstream/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { addUpstream } from "./actions.ts";

export const metadata: Metadata = { title: "Upstream registries" };

interface Props {
  params: Promise<{ tenant: string }>;
}

export default async function UpstreamPage({ params }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { slug } = ctx.tenant;
  const base = `/t/${slug}/upstream`;
  const registries = await onPage(() => listRegistries(ctx));
  const add = <RegistryDialog decision={decide(ctx.actor, "provider.manage")} onSave={addUpstream.bind(null, slug)} />;
  return (
    <>
      <PageHeader title="Upstream registries" action={add}>
        Registries elsewhere whose images your members get from here: fetched when somebody pulls, or imported ahead.
      </PageHeader>
      {registries.length > 0 ? (
        <RegistriesTable registries={registries} base={base} now={ctx.now} />
      ) : (
        <EmptyState title="No upstream registry yet">
          Add the one that holds your images, then connect its repositories to those of your products.
        </EmptyState>
      )}
    </>
  );
}
