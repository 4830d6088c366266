import type { Metadata } from "next";
import { DeleteImage } from "#components/registry/delete-image.tsx";
import { DeleteTag } from "#components/registry/delete-tag.tsx";
import { ImageSummary } from "#components/registry/image-summary.tsx";
import { ManifestDetails } from "#components/registry/manifest-details.tsx";
import { PullLines } from "#components/registry/pull-lines.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { type ManifestView, shortOf, viewManifest } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { onPage, registryAddress, requireTeam } from "#lib/web/index.ts";
import { askDeletion, removeImage, removeTag } from "./actions.ts";

export const metadata: Metadata = { title: "Image" };

interface Props {
  params: Promise<{ tenant: string; id: string; reference: string }>;
}

export default async function ManifestPage({ params }: Props) {
  const { tenant, id, reference } = await params;
  const { ctx } = await requireTeam(tenant);
  const base = `/t/${ctx.tenant.slug}/repositories/${id}`;
  const manifest = await onPage(() => viewManifest(ctx, id, decoded(reference)));
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
  const { repository, tag, digest } = manifest;
  const decision = decide(ctx.actor, "registry.delete");
  const slug = ctx.tenant.slug;
  return (
    <div className="flex flex-wrap gap-2">
      {tag ? (
        <DeleteTag
          tag={tag}
          decision={decision}
          after={base}
          onDelete={removeTag.bind(null, slug, repository.id, tag)}
        />
      ) : null}
      <DeleteImage
        short={shortOf(digest)}
        decision={decision}
        after={base}
        onAsk={askDeletion.bind(null, slug, repository.id, digest)}
        onDelete={removeImage.bind(null, slug, { repositoryId: repository.id, digest })}
      />
    </div>
  );
}

// A part of a path comes as it stands in the address, where a client may have written the colon as %3A.
function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}
