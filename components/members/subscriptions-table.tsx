import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";

export interface SubscriptionShown {
  id: string;
  kind: "stripe" | "lifetime" | "complimentary";
  status: string | null;
  plan: string;
  currentPeriodEnd: Date | null;
  pastDueSince: Date | null;
  cancelAtPeriodEnd: boolean;
  createdAt: Date;
  endedAt: Date | null;
  endReason: string | null;
}

const KINDS = { stripe: "Subscription", lifetime: "Lifetime", complimentary: "Complimentary" } as const;

/** What a member's standing rests on: memberships that were bought or given, ended ones too. */
export function SubscriptionsTable({ rows, now }: { rows: SubscriptionShown[]; now: Date }) {
  return (
    <Table caption="Memberships" columns={["Membership", "State", "Since", "Until"]}>
      {rows.map((row) => (
        <Row key={row.id} muted={row.endedAt !== null}>
          <Cell>
            <div className="font-medium text-ink">{row.plan || KINDS[row.kind]}</div>
            {row.plan ? <div className="text-[13px] text-soft">{KINDS[row.kind]}</div> : null}
          </Cell>
          <Cell label="State">
            <State row={row} now={now} />
          </Cell>
          <Cell label="Since" className="text-soft">
            <Time at={row.createdAt} now={now} />
          </Cell>
          <Cell label="Until">
            <Until row={row} now={now} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function State({ row, now }: { row: SubscriptionShown; now: Date }) {
  if (row.endedAt) return <Badge>{row.endReason ? `Ended: ${row.endReason}` : "Ended"}</Badge>;
  const good = row.kind !== "stripe" || row.status === "active" || row.status === "trialing";
  return (
    <>
      <Badge tone={good ? "good" : "warn"}>{row.status?.replaceAll("_", " ") ?? "active"}</Badge>
      {row.pastDueSince ? (
        <div className="mt-1 text-[13px] text-soft">
          past due since <Time at={row.pastDueSince} now={now} plain />
        </div>
      ) : null}
    </>
  );
}

function Until({ row, now }: { row: SubscriptionShown; now: Date }) {
  if (row.endedAt) return <Time at={row.endedAt} now={now} plain />;
  if (!row.currentPeriodEnd) return <span className="text-soft">{row.kind === "stripe" ? "–" : "for good"}</span>;
  return (
    <>
      <span className="text-soft">{row.cancelAtPeriodEnd ? "ends " : "renews "}</span>
      <Time at={row.currentPeriodEnd} now={now} plain />
    </>
  );
}
