import type { Metadata } from "next";
import { UntaggedTable } from "#components/registry/untagged-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { listUntagged, viewRepository } from "#lib/catalog/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { RepositoryFrame } from "../frame.tsx";

export const metadata: Metadata = { title: "Untagged manifests" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
  searchParams: Promise<Query>;
}

export default async function UntaggedPage({ params, searchParams }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const { after } = given(await searchParams, ["after"]);
  const base = `/t/${ctx.tenant.slug}/repositories/${id}`;
  const here = `${base}/untagged`;
  const repository = await onPage(() => viewRepository(ctx, id));
  const { manifests, next } = await onPage(() => listUntagged(ctx, id, { after, limit: 25 }), here);
  return (
    <RepositoryFrame tenant={ctx.tenant.slug} repository={repository} current="Untagged">
      {manifests.length === 0 ? (
        <EmptyState title="Everything here has a tag">
          A manifest comes here when its last tag moves away. Retention can take it after some days.
        </EmptyState>
      ) : (
        <UntaggedTable manifests={manifests} base={base} now={ctx.now} />
      )}
      <Pager label="Pages of manifests" first={after ? here : null} next={next ? `${here}?after=${next}` : null} />
    </RepositoryFrame>
  );
}
