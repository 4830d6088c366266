import type { ActionResult } from "#components/action-result.ts";
import { RecallBanner } from "#components/recalls/recall-banner.tsx";
import { Notes } from "#components/releases/notes.tsx";
import type { Platform } from "#components/releases/platform.ts";
import { ChannelBadge, StateBadge } from "#components/releases/release-badges.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";
import { type FileShown, FilesTable } from "./files-table.tsx";
import { addressOf } from "./install-lines.ts";

interface Props {
  release: {
    id: string;
    version: string;
    channel: string;
    notes: string;
    publishedAt: Date | null;
    yanked: { reason: string } | null;
    /** `image` where it is not the release that is recalled, but an image of it. */
    recalled: { reason: string; replacement: string | null; at: Date; image: string | null } | null;
    files: FileShown[];
    images: { repository: string; digest: string; tag: string | null }[];
  };
  /** The newest of its channel: its notes and files stand open, those of others can be opened. */
  newest: boolean;
  mine: Platform;
  registry: { host: string; insecure: boolean };
  now: Date;
  onLink: (fileId: string) => Promise<ActionResult<{ url: string }>>;
}

/** One release of a product in the portal: its notes, its files and its images. */
export function ReleaseCard({ release, newest, mine, registry, now, onLink }: Props) {
  const { id, version, channel, notes, publishedAt, yanked, recalled, files, images } = release;
  const heading = `release-${id}`;
  return (
    <article aria-labelledby={heading} className="wrap-anywhere rounded-lg border border-line bg-surface p-4">
      <header className="flex flex-wrap items-center gap-2">
        <h3 id={heading} className="font-medium font-mono text-sm">
          {version}
        </h3>
        <ChannelBadge channel={channel} />
        {newest ? <Badge tone="accent">Newest</Badge> : null}
        {yanked ? <StateBadge state="yanked" /> : null}
        {publishedAt ? (
          <span className="text-[13px] text-soft">
            <Time at={publishedAt} now={now} />
          </span>
        ) : null}
      </header>
      <Wrong yanked={yanked} recalled={recalled} now={now} />
      {notes ? (
        <details className="mt-2" open={newest}>
          <summary className="mb-1 w-fit rounded text-[13px] text-soft hover:text-ink">Release notes</summary>
          <Notes text={notes} />
        </details>
      ) : null}
      <div className="mt-3 grid gap-3">
        {files.length > 0 ? (
          <details open={newest}>
            <summary className="mb-1 w-fit rounded text-[13px] text-soft hover:text-ink">
              {plural(files.length, "file")}
            </summary>
            <FilesTable version={version} files={files} mine={mine} onLink={onLink} />
          </details>
        ) : null}
        {images.map(({ repository, digest, tag }) => (
          <div key={repository + digest} className="grid min-w-0 gap-0.5">
            <span className="text-soft text-xs">Image, pinned by its digest{tag ? `; pushed as ${tag}` : ""}</span>
            <CopyField
              label={`Image ${repository} of ${version}`}
              value={addressOf({ registry }, { repository, reference: digest })}
            />
          </div>
        ))}
        {files.length + images.length === 0 ? <p className="text-[13px] text-soft">It has notes alone.</p> : null}
      </div>
    </article>
  );
}

/** What speaks against using it. A recalled release was taken back with that. */
function Wrong({ yanked, recalled, now }: Pick<Props["release"], "yanked" | "recalled"> & { now: Date }) {
  return (
    <>
      {recalled ? (
        <div className="mt-2">
          <RecallBanner
            recall={{ ...recalled, recalledAt: recalled.at }}
            what={recalled.image ? `The image ${recalled.image}` : undefined}
            now={now}
          />
        </div>
      ) : null}
      {yanked && (!recalled || recalled.image) ? (
        <p className="mt-2 rounded-md bg-danger-soft px-3 py-2 text-danger-ink text-sm">
          Taken back by the vendor: take another version. {yanked.reason}
        </p>
      ) : null}
    </>
  );
}
