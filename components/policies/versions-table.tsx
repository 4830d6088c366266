import Link from "next/link";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { VersionState } from "./state-badge.tsx";

interface VersionShown {
  number: number;
  state: "draft" | "active" | "archived";
  note: string;
  createdAt: Date;
  createdBy: string;
  activatedAt: Date | null;
  activatedBy: string | null;
}

/** A policy's versions, the newest first. `base` is where one's page lies. */
export function VersionsTable({ versions, base, now }: { versions: VersionShown[]; base: string; now: Date }) {
  return (
    <Table caption="Versions" columns={["Version", "State", "Why", "Written", "Last put in force"]}>
      {versions.map(({ number, state, note, createdAt, createdBy, activatedAt, activatedBy }) => (
        <Row key={number} muted={state === "archived"}>
          <Cell>
            <Link href={`${base}/${number}`} className="rounded font-medium text-accent-ink hover:underline">
              Version {number}
            </Link>
          </Cell>
          <Cell label="State">
            <VersionState state={state} />
          </Cell>
          <Cell label="Why">{note || <span className="text-soft">not said</span>}</Cell>
          <Cell label="Written" className="text-soft">
            <Time at={createdAt} now={now} /> by {createdBy}
          </Cell>
          <Cell label="In force since" className="text-soft">
            {activatedAt ? (
              <>
                <Time at={activatedAt} now={now} /> by {activatedBy}
              </>
            ) : (
              "never"
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
