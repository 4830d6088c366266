import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";

interface Difference {
  kind: "missing" | "extra" | "different";
  what: string;
  fix: string;
}

export interface DriftRow {
  customerId: string;
  member: { id: string; email: string } | null;
  differences: Difference[];
}

const KINDS = {
  missing: { tone: "warn", word: "Missing here" },
  extra: { tone: "danger", word: "Not at Stripe" },
  different: { tone: "neutral", word: "Different" },
} as const;

/** Customers for whom Stripe and the ledger differ: what, and what converging does about it. */
export function DriftTable({ rows, base }: { rows: DriftRow[]; base: string }) {
  return (
    <Table caption="Differences" columns={["Customer", "What differs", "What converging does"]}>
      {rows.map(({ customerId, member, differences }) => (
        <Row key={customerId}>
          <Cell className="sm:w-[35%]">
            {member ? (
              <Link href={`${base}/${member.id}`} className="rounded font-medium text-ink hover:underline">
                {member.email}
              </Link>
            ) : (
              <span className="font-medium">No member</span>
            )}
            <div className="font-mono text-soft text-xs">{customerId}</div>
          </Cell>
          <Cell label="Differs">
            <ul className="grid gap-1">
              {differences.map(({ kind, what }) => (
                <li key={`${kind} ${what}`} className="flex flex-wrap items-baseline gap-x-2">
                  <Badge tone={KINDS[kind].tone}>{KINDS[kind].word}</Badge> {what}
                </li>
              ))}
            </ul>
          </Cell>
          <Cell label="Converging" className="text-soft sm:w-[30%]">
            {member ? (
              <ul className="grid gap-1">
                {differences.map(({ kind, what, fix }) => (
                  <li key={`${kind} ${what}`}>{fix}</li>
                ))}
              </ul>
            ) : (
              "makes a member of them, where somebody here has verified their address"
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
