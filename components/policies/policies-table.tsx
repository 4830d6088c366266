import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { KIND_WORDS, type Kind } from "./words.ts";

interface PolicyShown {
  id: string;
  kind: Kind;
  name: string;
  active: number | null;
  draft: number | null;
  lines: { label: string; words: string }[];
}

/** A workspace's policies. `base` is where one's page lies. */
export function PoliciesTable({ policies, base }: { policies: PolicyShown[]; base: string }) {
  return (
    <Table caption="Policies" columns={["Policy", "Says", "State"]}>
      {policies.map(({ id, kind, name, active, draft, lines }) => (
        <Row key={id} muted={active === null}>
          <Cell className="sm:w-[30%]">
            <Link href={`${base}/${id}`} className="rounded font-medium text-accent-ink hover:underline">
              {name}
            </Link>
            <span className="block text-[13px] text-soft">{KIND_WORDS[kind].label}</span>
          </Cell>
          <Cell label="Says">
            {lines.slice(0, 3).map(({ label, words }) => (
              <span key={label} className="block text-[13px]">
                <span className="text-soft">{label}:</span> {words}
              </span>
            ))}
          </Cell>
          <Cell label="State">
            <span className="flex flex-wrap gap-1.5">
              {active === null ? <Badge>Not in force</Badge> : <Badge tone="good">Version {active} in force</Badge>}
              {draft === null ? null : <Badge tone="accent">Version {draft} is a draft</Badge>}
            </span>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
