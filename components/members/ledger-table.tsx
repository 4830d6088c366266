import { SOURCES, type SourceShown } from "#components/entitlements/sources.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";

export interface LedgerRow {
  id: string;
  product: { id: string; name: string };
  source: SourceShown;
  sourceRef: string;
  reason: string;
  grantedAt: Date;
  grantedBy: string;
  startsAt: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
  revokedBy: string | null;
  revokeReason: string | null;
  state: keyof typeof STATES;
}

const STATES = {
  active: { label: "Active", tone: "good" },
  scheduled: { label: "Not begun", tone: "accent" },
  expired: { label: "Expired", tone: "neutral" },
  ended: { label: "Ended", tone: "neutral" },
} as const;

/** Every grant there ever was, ended ones too: who, when and why. */
export function LedgerTable({ rows, now }: { rows: LedgerRow[]; now: Date }) {
  return (
    <Table caption="Ledger" columns={["Product", "State", "Given", "Ended"]}>
      {rows.map((row) => (
        <Row key={row.id}>
          <Cell>
            <div className="font-medium text-ink">{row.product.name}</div>
            <div className="text-[13px] text-soft">{SOURCES[row.source]}</div>
          </Cell>
          <Cell label="State">
            <Badge tone={STATES[row.state].tone}>{STATES[row.state].label}</Badge>
          </Cell>
          <Cell label="Given">
            <Deed at={row.grantedAt} by={row.grantedBy} reason={row.reason} now={now} />
            {row.startsAt ? (
              <div className="text-soft text-xs">
                from <Time at={row.startsAt} now={now} plain />
              </div>
            ) : null}
            {row.expiresAt ? (
              <div className="text-soft text-xs">
                until <Time at={row.expiresAt} now={now} plain />
              </div>
            ) : null}
          </Cell>
          <Cell label="Ended">
            {row.revokedAt ? (
              <Deed at={row.revokedAt} by={row.revokedBy ?? ""} reason={row.revokeReason ?? ""} now={now} />
            ) : (
              <span className="text-soft">–</span>
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function Deed({ at, by, reason, now }: { at: Date; by: string; reason: string; now: Date }) {
  return (
    <>
      <div>
        <Time at={at} now={now} />
        {by ? <span className="text-soft"> by {by}</span> : null}
      </div>
      {reason ? <div className="text-[13px] text-soft">“{reason}”</div> : null}
    </>
  );
}
