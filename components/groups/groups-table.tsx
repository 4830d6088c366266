import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { plural } from "#lib/format.ts";
import { type Origin, OriginBadge } from "./origin-badge.tsx";

interface GroupShown {
  id: string;
  name: string;
  description: string;
  members: number;
  origin: Origin;
  role: string | null;
  products: { id: string; name: string }[];
}

/** The groups of members, with what each gives. */
export function GroupsTable({ groups, base }: { groups: GroupShown[]; base: string }) {
  return (
    <Table caption="Groups" columns={["Group", "Gives", "Members"]}>
      {groups.map((group) => (
        <Row key={group.id}>
          <Cell className="sm:w-[40%]">
            <Link href={`${base}/${group.id}`} className="rounded font-medium text-accent-ink hover:underline">
              {group.name}
            </Link>{" "}
            <OriginBadge origin={group.origin} />
            {group.description ? <div className="text-[13px] text-soft">{group.description}</div> : null}
          </Cell>
          <Cell label="Gives">
            {group.products.length === 0 && !group.role ? <span className="text-soft">Nothing yet</span> : null}
            <span className="flex flex-wrap gap-1">
              {group.products.map((product) => (
                <Badge key={product.id}>{product.name}</Badge>
              ))}
              {group.role ? <Badge tone="accent">Team: {group.role}</Badge> : null}
            </span>
          </Cell>
          <Cell label="Members" className="tabular-nums">
            {plural(group.members, "member")}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
