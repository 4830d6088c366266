import Link from "next/link";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";

interface SnapshotShown {
  id: string;
  takenAt: Date;
  takenByLabel: string;
  counts: { members: number; grants: number; tags: number; unsigned: number; recalled: number };
}

interface Props {
  snapshots: SnapshotShown[];
  base: string;
  now: Date;
}

/** Snapshots, newest first, each with what changed since the one before. */
export function SnapshotsTable({ snapshots, base, now }: Props) {
  return (
    <Table caption="Snapshots" columns={["Taken", "By", "It shows", "Changes"]}>
      {snapshots.map(({ id, takenAt, takenByLabel, counts }, at) => {
        const before = snapshots[at + 1];
        return (
          <Row key={id}>
            <Cell>
              <Link href={`${base}/${id}`} className="rounded font-medium text-accent-ink hover:underline">
                <Time at={takenAt} now={now} />
              </Link>
            </Cell>
            <Cell label="By">{takenByLabel}</Cell>
            <Cell label="It shows" className="text-[13px] sm:w-[45%]">
              {plural(counts.members, "member")}, {plural(counts.grants, "grant")}, {plural(counts.tags, "tag")}
              {counts.unsigned > 0 ? `, ${counts.unsigned} unsigned` : ""}
              {counts.recalled > 0 ? `, ${counts.recalled} recalled` : ""}
            </Cell>
            <Cell label="Changes">
              {before ? (
                <Link
                  href={`${base}/compare?from=${before.id}&to=${id}`}
                  className="rounded text-accent-ink hover:underline"
                >
                  Since the one before
                </Link>
              ) : (
                "–"
              )}
            </Cell>
          </Row>
        );
      })}
    </Table>
  );
}
