import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";
import { everyOf } from "./words.ts";

interface MirrorShown {
  repositoryId: string;
  repository: string;
  path: string;
  patterns: string[];
  pullThrough: boolean;
  importEveryHours: number | null;
  importedAt: Date | null;
  refusals: number;
}

/** What mirrors a registry's repositories. `base` is where repositories lie. */
export function MirrorsTable({ mirrors, base, now }: { mirrors: MirrorShown[]; base: string; now: Date }) {
  return (
    <Table caption="Mirrored repositories" columns={["There", "Here", "Tags", "Pulls", "Imports"]}>
      {mirrors.map((mirror) => (
        <Row key={mirror.repositoryId}>
          <Cell className="wrap-anywhere font-mono text-[13px]">{mirror.path}</Cell>
          <Cell label="Here" className="wrap-anywhere">
            <Link
              href={`${base}/${mirror.repositoryId}/upstream`}
              className="rounded font-mono text-[13px] text-accent-ink hover:underline"
            >
              {mirror.repository}
            </Link>
            {mirror.refusals > 0 ? (
              <span className="block">
                <Badge tone="danger">{plural(mirror.refusals, "wrong body", "wrong bodies")} refused</Badge>
              </span>
            ) : null}
          </Cell>
          <Cell label="Tags" className="font-mono text-[13px]">
            {mirror.patterns.join(" ")}
          </Cell>
          <Cell label="Pulls">{mirror.pullThrough ? "Looked for there" : "From here alone"}</Cell>
          <Cell label="Imports">
            {everyOf(mirror.importEveryHours)}
            <span className="block text-[13px] text-soft">
              {mirror.importedAt ? <Time at={mirror.importedAt} now={now} /> : "None so far"}
            </span>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
