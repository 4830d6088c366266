import type { Metadata } from "next";
import { RecallBanner } from "#components/recalls/recall-banner.tsx";
import { RecallDialog } from "#components/recalls/recall-dialog.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { AssetsTable } from "#components/releases/assets-table.tsx";
import { ImagesTable } from "#components/releases/images-table.tsx";
import { NotesEditor } from "#components/releases/notes-editor.tsx";
import { ReleaseActions } from "#components/releases/release-actions.tsx";
import { ChannelBadge, StateBadge } from "#components/releases/release-badges.tsx";
import { contentOf } from "#components/releases/releases-table.tsx";
import { SignLines } from "#components/releases/sign-lines.tsx";
import { TieImage } from "#components/releases/tie-image.tsx";
import { Uploader } from "#components/releases/uploader.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Time } from "#components/ui/time.tsx";
import { decide } from "#lib/access/index.ts";
import { listProductRepositories, viewProduct } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { findStandingRecall, type RecallView } from "#lib/recalls/index.ts";
import {
  type ReleaseView,
  type SignaturesView,
  stateBehind,
  viewRelease,
  viewSignatures,
} from "#lib/releases/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import * as actions from "./actions.ts";
import { askRecall, recall } from "./recall-actions.ts";
import {
  assetDecisions,
  audienceOf,
  imageDecisions,
  publishDecision,
  restoreDecision,
  withSignatures,
} from "./shown.ts";

export const metadata: Metadata = { title: "Release" };

export default async function ReleasePage({
  params,
}: {
  params: Promise<{ tenant: string; slug: string; id: string }>;
}) {
  const { tenant, slug, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const release = await onPage(() => viewRelease(ctx, { releaseId: id }));
  const product = await onPage(() => viewProduct(ctx, release.product.slug));
  const { repositories } = await onPage(() => listProductRepositories(ctx, product.id, { limit: 100 }));
  const standing = await onPage(() => findStandingRecall(ctx, { releaseId: id }));
  const signatures = await onPage(() => viewSignatures(ctx, { releaseId: id }));
  const own = ctx.tenant.slug;
  const base = `/t/${own}/products/${slug}/releases`;
  const { assets, images } = withSignatures(release, signatures);
  return (
    <>
      <Trail href={base}>{`Releases of ${product.name}`}</Trail>
      <Header
        {...{ release, ctx, base, recalled: standing, signatures }}
        audience={await onPage(() => audienceOf(ctx, product))}
      />
      {standing ? (
        <RecallBanner
          recall={standing}
          href={`${base.slice(0, -"releases".length)}recalls/${standing.id}`}
          now={ctx.now}
        />
      ) : null}
      {signatures && release.status !== "published" && signatures.lines.length > 0 ? (
        <SignLines lines={signatures.lines} />
      ) : null}
      <Section title="Release notes">
        <NotesEditor
          notes={release.notes}
          decision={decide(ctx.actor, "release.publish")}
          onSave={actions.saveNotes.bind(null, own, id)}
        />
      </Section>
      <Section title="Files">
        {assets.length > 0 ? (
          <AssetsTable
            assets={assets}
            may={assetDecisions(ctx, release)}
            onChange={actions.changeFile.bind(null, own)}
            onRemove={actions.removeFile.bind(null, own)}
          />
        ) : null}
        <Uploader
          releaseId={id}
          decision={assetDecisions(ctx, release).add}
          onTicket={actions.askTicket.bind(null, own, id)}
        />
      </Section>
      <Section title="Images">
        <div className="grid justify-items-start gap-3">
          {images.length > 0 ? (
            <ImagesTable
              images={images}
              base={`/t/${own}/repositories`}
              decision={imageDecisions(ctx, release).untie}
              onUntie={actions.untieFrom.bind(null, own, id)}
            />
          ) : (
            <p className="text-[13px] text-soft">No image belongs to it.</p>
          )}
          {repositories.length > 0 ? (
            <TieImage
              repositories={repositories}
              version={release.version}
              decision={imageDecisions(ctx, release).tie}
              onTie={actions.tieTo.bind(null, own, id)}
            />
          ) : null}
        </div>
      </Section>
    </>
  );
}

interface HeaderProps {
  release: ReleaseView;
  ctx: Ctx;
  base: string;
  audience: string;
  recalled: RecallView | null;
  signatures: SignaturesView | null;
}

function Header({ release, ctx, base, audience, recalled, signatures }: HeaderProps) {
  const { id, version, channel, status, publishedAt, yankReason, assets, images } = release;
  const own = ctx.tenant.slug;
  return (
    <PageHeader
      title={<span className="font-mono text-lg">{version}</span>}
      action={
        <div className="flex flex-wrap gap-2">
          <ReleaseActions
            release={{ version, status, was: stateBehind(release) }}
            content={contentOf(assets.length, images.length)}
            audience={audience}
            may={{
              publish: publishDecision(ctx, signatures),
              archive: decide(ctx.actor, "release.archive"),
              restore: restoreDecision(ctx, release, { recalled: recalled !== null, signatures }),
              delete: decide(ctx.actor, "release.forceDelete"),
            }}
            after={base}
            onPublish={actions.publish.bind(null, own, id)}
            onYank={actions.yank.bind(null, own, id)}
            onArchive={actions.archive.bind(null, own, id)}
            onRestore={actions.restore.bind(null, own, id)}
            onDelete={actions.forceDelete.bind(null, own, id)}
          />
          {recalled || !publishedAt ? null : (
            <RecallDialog
              name={version}
              consequence={`Members see that it is recalled wherever they see it${status === "published" ? ", and it is withdrawn: never the latest, in no range and no update" : ""}.`}
              decision={decide(ctx.actor, "release.recall")}
              onAsk={askRecall.bind(null, own, id)}
              onRecall={recall.bind(null, own, id)}
            />
          )}
        </div>
      }
    >
      <span className="flex flex-wrap items-center gap-2">
        <StateBadge state={status} />
        <ChannelBadge channel={channel} />
        {publishedAt ? (
          <span>
            published <Time at={publishedAt} now={ctx.now} />
          </span>
        ) : null}
        {status === "yanked" && yankReason ? <span>{yankReason}</span> : null}
      </span>
    </PageHeader>
  );
}
