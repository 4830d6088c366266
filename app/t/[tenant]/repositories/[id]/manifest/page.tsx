import type { Metadata } from "next";
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
import { given, onPage, type Query, registryAddress, requireTeam } from "#lib/web/index.ts";
import { askDeletion, removeImage, removeTag } from "./actions.ts";

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
  const image = tag ? `${repository.name}:${tag}` : `${repository.name}@${digest}`;
  return (
    <>
      <Trail href={base}>{repository.name}</Trail>
      <PageHeader
        title={<span className="font-mono text-lg">{tag ?? shortOf(digest)}</span>}
        action={<Deleting ctx={ctx} manifest={manifest} base={base} />}
      />
      <ImageSummary manifest={manifest} base={base} now={ctx.now} />
      <Section title="Pull it">
        <PullLines image={image} registry={registryAddress()} />
      </Section>
      <ManifestDetails manifest={manifest} base={base} now={ctx.now} />
    </>
  );
}

function Deleting({ ctx, manifest, base }: { ctx: Ctx; manifest: ManifestView; base: string }) {
  const { repository, tag, digest, tags } = manifest;
  const decision = decide(ctx.actor, "registry.delete");
  const own = tags.filter(({ name }) => name === tag);
  const slug = ctx.tenant.slug;
  return (
    <div className="flex flex-wrap gap-2">
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
