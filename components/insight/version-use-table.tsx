import Link from "next/link";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";
import { type Run, RunVersion } from "./run-version.tsx";

interface VersionUse extends Run {
  members: number;
  /** Between 0 and 1. */
  share: number;
  lastAt: Date;
}

/** How many members are at which version, with a bar for the share, and the way to who they are. */
export function VersionUseTable({ rows, to, now }: { rows: VersionUse[]; to: (version: string) => string; now: Date }) {
  return (
    <Table caption="Members by version" columns={["Version", "Share", "Members", "Last fetched"]}>
      {rows.map((row) => (
        <Row key={`${row.version}/${row.tag}`}>
          <Cell className="sm:w-1/4">
            <RunVersion run={row} />
          </Cell>
          <Cell label="Share" className="sm:w-2/5">
            <Share share={row.share} />
          </Cell>
          <Cell label="Members" className="tabular-nums">
            {row.version ? (
              <Link
                href={to(row.version)}
                className="rounded text-accent-ink underline underline-offset-2"
                aria-label={`${plural(row.members, "member")} with ${row.version}`}
              >
                {row.members.toLocaleString("en")}
              </Link>
            ) : (
              row.members.toLocaleString("en")
            )}
          </Cell>
          <Cell label="Last fetched" className="text-soft">
            <Time at={row.lastAt} now={now} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function Share({ share }: { share: number }) {
  const percent = share * 100;
  const words = percent > 0 && percent < 1 ? "under 1 %" : `${Math.round(percent)} %`;
  return (
    <div className="flex items-center gap-2">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" className="h-2 min-w-0 flex-1 rounded-sm" aria-hidden="true">
        <rect width="100" height="8" className="fill-raised" />
        <rect width={Math.max(1, percent)} height="8" className="fill-accent" />
      </svg>
      <span className="w-16 shrink-0 text-right text-[13px] tabular-nums">{words}</span>
    </div>
  );
}
