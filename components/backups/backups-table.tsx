import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { byteSize } from "#lib/format.ts";
import { STATES } from "./words.ts";

interface Backup {
  id: string;
  state: keyof typeof STATES;
  origin: "made" | "uploaded";
  startedAt: Date;
  startedByLabel: string;
  bytes: number | null;
  withBytes: boolean;
  verifiedAt: Date | null;
  error: string | null;
}

/** Backups, newest first; each leads to its page. */
export function BackupsTable({ backups, base, now }: { backups: readonly Backup[]; base: string; now: Date }) {
  return (
    <Table caption="Backups" columns={["Made", "State", "Size", "Verified", "By"]}>
      {backups.map((backup) => (
        <Row key={backup.id} muted={backup.state === "failed"}>
          <Cell>
            <Link href={`${base}/${backup.id}`} className="rounded font-medium text-accent-ink hover:underline">
              <Time at={backup.startedAt} now={now} />
            </Link>
          </Cell>
          <Cell label="State">
            {backup.error && backup.state === "kept" ? (
              <Badge tone="danger">Damaged</Badge>
            ) : (
              <Badge tone={STATES[backup.state].tone}>{STATES[backup.state].word}</Badge>
            )}
          </Cell>
          <Cell label="Size">
            {backup.bytes === null ? "–" : byteSize(backup.bytes)}
            {backup.withBytes ? <span className="text-soft text-xs"> with layers and files</span> : null}
          </Cell>
          <Cell label="Verified">{backup.verifiedAt ? <Time at={backup.verifiedAt} now={now} /> : "–"}</Cell>
          <Cell label="By">
            {backup.startedByLabel}
            {backup.origin === "uploaded" ? <span className="text-soft text-xs"> uploaded it</span> : null}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
