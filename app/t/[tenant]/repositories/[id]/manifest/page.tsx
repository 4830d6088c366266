import type { Metadata } from "next";
import { RecallBanner } from "#components/recalls/recall-banner.tsx";
import { RecallDialog } from "#components/recalls/recall-dialog.tsx";
import { DeleteImage } from "#components/registry/delete-image.tsx";
import { DeleteTag } from "#components/registry/delete-tag.tsx";
import { ImageSummary } from "#components/registry/image-summary.tsx";
import { ManifestDetails } from "#components/registry/manifest-details.tsx";
import { PullLines } from "#components/registry/pull-lines.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { type CapabilityDecision, decide } from "#lib/access/index.ts";
import { type ManifestView, shortOf, viewManifest } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { findStandingRecall, type RecallView } from "#lib/recalls/index.ts";
import { given, onPage, type Query, registryAddress, requireTeam } from "#lib/web/index.ts";
import { askDeletion, removeImage, removeTag } from "./actions.ts";
import { askRecall, recall } from "./recall-actions.ts";

export const metadata: Metadata = { title: "Image" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
  /** `at` is a tag or a digest. In the query, since the gate takes no path with dots or colons. */
  searchParams: Promise<Query>;
}

export default async function ManifestPage({ params, searchParams }: Props) {
  const { tenant, id } = await params;
  const { at = "" } = given(await searchParams, ["at"]);
  const { ctx } = await requireTeam(tenant);
  const base = `/t/${ctx.tenant.slug}/repositories/${id}`;
  const manifest = await onPage(() => viewManifest(ctx, id, at));
  const { repository, tag, digest } = manifest;
  const standing = await onPage(() => findStandingRecall(ctx, { repositoryId: repository.id, digest }));
  const image = tag ? `${repository.name}:${tag}` : `${repository.name}@${digest}`;
  return (
    <>
      <Trail href={base}>{repository.name}</Trail>
      <PageHeader
        title={<span className="font-mono text-lg">{tag ?? shortOf(digest)}</span>}
        action={<Actions ctx={ctx} manifest={manifest} base={base} recalled={standing} />}
      />
      {standing ? (
        <RecallBanner
          recall={standing}
          href={`/t/${ctx.tenant.slug}/products/${standing.product.slug}/recalls/${standing.id}`}
          now={ctx.now}
        />
      ) : null}
      <ImageSummary manifest={manifest} base={base} now={ctx.now} />
      <Section title="Pull it">
        <PullLines image={image} registry={registryAddress()} />
      </Section>
      <ManifestDetails manifest={manifest} base={base} now={ctx.now} />
    </>
  );
}

interface ActionsProps {
  ctx: Ctx;
  manifest: ManifestView;
  base: string;
  recalled: RecallView | null;
}

function Actions({ ctx, manifest, base, recalled }: ActionsProps) {
  const { repository, tag, digest, tags } = manifest;
  const decision = decide(ctx.actor, "registry.delete");
  const own = tags.filter(({ name }) => name === tag);
  const slug = ctx.tenant.slug;
  return (
    <div className="flex flex-wrap gap-2">
      {recalled ? null : (
        <RecallDialog
          name={shortOf(digest)}
          consequence="Whoever pulls it, or a platform of it, is warned."
          decision={decide(ctx.actor, "release.recall")}
          onAsk={askRecall.bind(null, slug, repository.id, digest)}
          onRecall={recall.bind(null, slug, { repositoryId: repository.id, digest })}
        />
      )}
      {tag ? (
        <DeleteTag
          tag={tag}
          decision={unlessImmutable(decision, own)}
          after={base}
          onDelete={removeTag.bind(null, slug, repository.id, tag)}
        />
      ) : null}
      <DeleteImage
        short={shortOf(digest)}
        decision={unlessImmutable(decision, tags)}
        after={base}
        onAsk={askDeletion.bind(null, slug, repository.id, digest)}
        onDelete={removeImage.bind(null, slug, { repositoryId: repository.id, digest })}
      />
    </div>
  );
}

// It decorates only: the verb decides again, of everything that would go.
function unlessImmutable(decision: CapabilityDecision, tags: ManifestView["tags"]): CapabilityDecision {
  const held = tags.find(({ immutable }) => immutable);
  if (!decision.allowed || !held) return decision;
  return { allowed: false, reason: `The tag ${held.name} is immutable by the rule ${held.immutable}.` };
}
