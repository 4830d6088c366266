import Link from "next/link";
import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  group: { name: string; products: { name: string }[] };
  rows: { id: string; email: string; name: string | null; suspendedAt: Date | null; addedAt: Date }[];
  /** The members' pages. */
  base: string;
  now: Date;
  decision: CapabilityDecision;
  onRemove: (memberId: string) => () => Promise<ActionResult<null>>;
}

/** Who is in a group, since when, and the way out of it. */
export function GroupMembersTable({ group, rows, base, now, decision, onRemove }: Props) {
  const given = group.products.map(({ name }) => name).join(", ");
  return (
    <Table caption={`Members of ${group.name}`} columns={["Member", "Since", "Change"]}>
      {rows.map((row) => (
        <Row key={row.id}>
          <Cell>
            <Link href={`${base}/${row.id}`} className="rounded font-medium text-ink hover:underline">
              {row.name ?? row.email}
            </Link>{" "}
            {row.suspendedAt ? <Badge tone="danger">Suspended</Badge> : null}
            {row.name ? <div className="text-[13px] text-soft">{row.email}</div> : null}
          </Cell>
          <Cell label="Since" className="text-soft">
            <Time at={row.addedAt} now={now} />
          </Cell>
          <Cell className="sm:w-px">
            <ConfirmButton
              small
              verb="Remove"
              label={`Remove ${row.email}`}
              title={`Take ${row.email} out of ${group.name}?`}
              consequence={
                given
                  ? `What the group gave them ends with their next request: ${given}. Grants of other sources stay.`
                  : "The group gives nothing: they keep all that they have."
              }
              decision={decision}
              onConfirm={onRemove(row.id)}
            />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
