import { Lock } from "lucide-react";
import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { byteSize } from "#lib/format.ts";
import { Digest } from "./digest.tsx";

interface Tag {
  name: string;
  digest: string;
  artifactType: string | null;
  bytes: number;
  platforms: string[];
  movedAt: Date;
  movedBy: string;
  pulls: number;
  immutable: string | null;
}

/** A repository's tags: what each one leads to, since when, and how often it was pulled. */
export function TagsTable({ tags, base, now }: { tags: Tag[]; base: string; now: Date }) {
  return (
    <Table caption="Tags" columns={["Tag", "Manifest", "Platforms", "Size", "Last moved", "Pulls in 30 days"]}>
      {tags.map((tag) => (
        <Row key={tag.name}>
          <Cell className="sm:w-[24%]">
            <span className="flex flex-wrap items-center gap-1.5">
              <Link
                href={`${base}/manifest?at=${tag.name}`}
                className="wrap-anywhere min-w-0 rounded font-medium font-mono text-[13px] text-accent-ink hover:underline"
              >
                {tag.name}
              </Link>
              {tag.immutable ? <ImmutableBadge pattern={tag.immutable} /> : null}
            </span>
          </Cell>
          <Cell label="Manifest">
            <Digest digest={tag.digest} base={base} />
          </Cell>
          <Cell label="Platforms">
            <Platforms platforms={tag.platforms} />
          </Cell>
          <Cell label="Size">
            <span className="whitespace-nowrap">{byteSize(tag.bytes)}</span>
          </Cell>
          <Cell label="Last moved" className="text-soft">
            <Time at={tag.movedAt} now={now} />
            <div className="text-xs">by {tag.movedBy}</div>
          </Cell>
          <Cell label="Pulls, 30 days">{tag.pulls}</Cell>
        </Row>
      ))}
    </Table>
  );
}

/** Says that a tag never moves, and by which rule. */
export function ImmutableBadge({ pattern }: { pattern: string }) {
  return (
    <Badge>
      <Lock className="size-3" aria-hidden="true" />
      <span title={`Immutable by the rule ${pattern}`}>
        Immutable<span className="sr-only"> by the rule {pattern}</span>
      </span>
    </Badge>
  );
}

const PLATFORMS_SHOWN = 3;

function Platforms({ platforms }: { platforms: string[] }) {
  if (platforms.length === 0) return <span className="text-soft">–</span>;
  const more = platforms.length - PLATFORMS_SHOWN;
  return (
    <span className="text-[13px]">
      {platforms.slice(0, PLATFORMS_SHOWN).join(", ")}
      {more > 0 ? <span className="text-soft">{` and ${more} more`}</span> : null}
    </span>
  );
}
