import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { Time } from "#components/ui/time.tsx";
import { byteSize } from "#lib/format.ts";
import { Digest } from "./digest.tsx";
import { SignedBy } from "./signed-by.tsx";
import { ImmutableBadge } from "./tags-table.tsx";

export interface SummaryShown {
  tag: string | null;
  digest: string;
  mediaType: string;
  artifactType: string | null;
  pushedAt: Date;
  bytes: number;
  tags: { name: string; immutable: string | null }[];
  parents: string[];
  subject: { digest: string; isThere: boolean } | null;
  entries: unknown[];
  config: { platform: string | null } | null;
  /** Null where no policy names signers. */
  signedBy: string[] | null;
}

/** What a manifest is, in short: its digest to take along, its tags, what it belongs to. */
export function ImageSummary({ manifest, base, now }: { manifest: SummaryShown; base: string; now: Date }) {
  const { parents, subject } = manifest;
  const locked = manifest.tags.find(({ name }) => name === manifest.tag)?.immutable;
  return (
    <div className="grid gap-3">
      {locked ? (
        <div>
          <ImmutableBadge pattern={locked} />
        </div>
      ) : null}
      <CopyField label="digest" value={manifest.digest} />
      <Facts
        facts={[
          ["Kind", kindOf(manifest)],
          ["Size", manifest.bytes > 0 ? byteSize(manifest.bytes) : "–"],
          ["Pushed", <Time key="pushed" at={manifest.pushedAt} now={now} />],
          ["Tags", <Tags key="tags" tags={manifest.tags} base={base} />],
          ...(manifest.config?.platform ? [["Platform", manifest.config.platform] as const] : []),
          ...(manifest.signedBy ? [["Signed by", <SignedBy key="signed" by={manifest.signedBy} />] as const] : []),
          ...(parents.length > 0
            ? [["Part of", <Digests key="parents" digests={parents} base={base} />] as const]
            : []),
          ...(subject
            ? [
                [
                  "Belongs to",
                  <Digest key="subject" digest={subject.digest} base={subject.isThere ? base : undefined} />,
                ] as const,
              ]
            : []),
        ]}
      />
    </div>
  );
}

function kindOf({ mediaType, artifactType, entries, config }: SummaryShown): string {
  if (entries.length > 0) return "Index of platforms";
  if (config?.platform) return "Image";
  return artifactType ?? mediaType;
}

function Tags({ tags, base }: { tags: SummaryShown["tags"]; base: string }) {
  if (tags.length === 0) return <span className="text-soft">none</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {tags.map(({ name }) => (
        <Link key={name} href={`${base}/manifest?at=${name}`} className="rounded hover:underline">
          <Badge>{name}</Badge>
        </Link>
      ))}
    </span>
  );
}

function Digests({ digests, base }: { digests: string[]; base: string }) {
  return (
    <span className="flex flex-wrap gap-2">
      {digests.map((digest) => (
        <Digest key={digest} digest={digest} base={base} />
      ))}
    </span>
  );
}
