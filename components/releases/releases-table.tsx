import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { byteSize, plural } from "#lib/format.ts";
import { ChannelBadge, type ReleaseState, StateBadge } from "./release-badges.tsx";

interface Release {
  id: string;
  version: string;
  channel: string;
  status: ReleaseState;
  publishedAt: Date | null;
  createdAt: Date;
  assets: number;
  images: number;
  bytes: number;
  /** It is recalled itself, or an image of it. */
  recalled: "release" | "image" | null;
}

/** A product's releases: what is in each, and whether it can be had. */
export function ReleasesTable({ releases, base, now }: { releases: Release[]; base: string; now: Date }) {
  return (
    <Table caption="Releases" columns={["Version", "Channel", "State", "Holds", "Published"]}>
      {releases.map(({ id, version, channel, status, publishedAt, createdAt, assets, images, bytes, recalled }) => (
        <Row key={id} muted={status === "archived"}>
          <Cell className="sm:w-[28%]">
            <Link
              href={`${base}/${id}`}
              className="wrap-anywhere rounded font-medium font-mono text-[13px] text-accent-ink hover:underline"
            >
              {version}
            </Link>
          </Cell>
          <Cell label="Channel">
            <ChannelBadge channel={channel} />
          </Cell>
          <Cell label="State">
            <span className="flex flex-wrap gap-1">
              <StateBadge state={status} />
              {recalled ? <Badge tone="danger">{recalled === "image" ? "Image recalled" : "Recalled"}</Badge> : null}
            </span>
          </Cell>
          <Cell label="Holds" className="text-[13px]">
            {contentOf(assets, images)}
            {bytes > 0 ? <div className="text-soft text-xs">{byteSize(bytes)}</div> : null}
          </Cell>
          <Cell label="Published" className="text-soft">
            {publishedAt ? (
              <Time at={publishedAt} now={now} />
            ) : (
              <>
                begun <Time at={createdAt} now={now} />
              </>
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

/** `3 files and 1 image`, `nothing yet`. */
export function contentOf(files: number, images: number): string {
  const parts = [...(files > 0 ? [plural(files, "file")] : []), ...(images > 0 ? [plural(images, "image")] : [])];
  return parts.join(" and ") || "nothing yet";
}
