import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";

const TONES = { active: "good", archived: "neutral", "deletion requested": "warn", deleted: "danger" } as const;

type State = keyof typeof TONES;

interface Tenant {
  id: string;
  slug: string;
  name: string;
  createdAt: Date;
  state: State;
  counts: { team: number; members: number; products: number };
}

/** What became of a workspace, in a word or two. */
export function TenantStateBadge({ state }: { state: State }) {
  return <Badge tone={TONES[state]}>{state.replace(/^./, (first) => first.toUpperCase())}</Badge>;
}

/** The workspaces of the instance, with the way to each one's facts. */
export function TenantsTable({ tenants, base, now }: { tenants: Tenant[]; base: string; now: Date }) {
  return (
    <Table caption="Tenants" columns={["Tenant", "State", "Team", "Members", "Products", "Created", "Details"]}>
      {tenants.map((tenant) => (
        <Row key={tenant.id} muted={tenant.state === "deleted"}>
          <Cell>
            <div className="font-medium text-ink">{tenant.name}</div>
            <code className="font-mono text-soft text-xs">{tenant.slug}</code>
          </Cell>
          <Cell label="State">
            <TenantStateBadge state={tenant.state} />
          </Cell>
          <Cell label="Team">{tenant.counts.team}</Cell>
          <Cell label="Members">{tenant.counts.members}</Cell>
          <Cell label="Products">{tenant.counts.products}</Cell>
          <Cell label="Created" className="text-soft">
            <Time at={tenant.createdAt} now={now} />
          </Cell>
          <Cell className="sm:w-px">
            <Link
              href={`${base}/${tenant.id}`}
              aria-label={`Details of ${tenant.name}`}
              className={buttonClass({ size: "sm" })}
            >
              Details <ChevronRight className="size-3.5" aria-hidden="true" />
            </Link>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
