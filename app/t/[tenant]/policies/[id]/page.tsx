import type { Metadata } from "next";
import { GroupDialog } from "#components/groups/group-dialog.tsx";
import { DeletePolicy } from "#components/policies/delete-policy.tsx";
import { EnforceButton } from "#components/policies/enforce-button.tsx";
import { PolicyLines } from "#components/policies/lines.tsx";
import { PruneVersions } from "#components/policies/prune-versions.tsx";
import { VersionsTable } from "#components/policies/versions-table.tsx";
import { KIND_WORDS } from "#components/policies/words.ts";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { viewPolicy } from "#lib/policies/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { archive, forceDelete, preview, previewPrune, prune, rename } from "../actions.ts";
import { unless } from "../unless.ts";

export const metadata: Metadata = { title: "Policy" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
}

export default async function PolicyPage({ params }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const { slug } = ctx.tenant;
  const base = `/t/${slug}/policies`;
  const policy = await onPage(() => viewPolicy(ctx, id));
  const { kind, name, active } = policy;
  const archiving = unless(decide(ctx.actor, "policy.archive"), active === null, "No version of it is in force.");
  const deleting = unless(
    decide(ctx.actor, "policy.forceDelete"),
    active !== null,
    "A version is in force: archive it first, which shows what changes.",
  );
  return (
    <>
      <Trail href={base}>Policies</Trail>
      <PageHeader
        title={name}
        action={
          <div className="flex flex-wrap gap-2">
            <GroupDialog
              group={policy}
              decision={decide(ctx.actor, "policy.edit")}
              onSave={rename.bind(null, slug, id)}
            />
            <PruneVersions
              decision={decide(ctx.actor, "policy.prune")}
              onPreview={previewPrune.bind(null, slug, id)}
              onPrune={prune.bind(null, slug, id)}
            />
            <EnforceButton
              verb="Archive"
              title={`Archive ${name}?`}
              consequence="It rules nothing any more. What it ruled follows what stands behind it: another policy, or its own settings."
              decision={archiving}
              onPreview={preview.bind(null, slug, { policyId: id, number: null })}
              onConfirm={archive.bind(null, slug, id)}
            />
            <DeletePolicy name={name} base={base} decision={deleting} onDelete={forceDelete.bind(null, slug, id)} />
          </div>
        }
      >
        {KIND_WORDS[kind].label}. {policy.description || KIND_WORDS[kind].about}
      </PageHeader>
      <Section title={active === null ? "In force" : `In force: version ${active}`}>
        {active === null ? (
          <EmptyState title="No version is in force">
            Open a version below, and look at what it would change.
          </EmptyState>
        ) : (
          <PolicyLines lines={policy.lines} />
        )}
      </Section>
      <Section title={`Versions (${policy.versions})`}>
        <VersionsTable versions={policy.all} base={`${base}/${id}`} now={ctx.now} />
      </Section>
    </>
  );
}
