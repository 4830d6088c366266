import { CircleCheck, Lock } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { Trace, type TraceStepShown } from "#components/ui/trace.tsx";
import { GrantDialog, type GrantDialogProps } from "./grant-dialog.tsx";
import { GIVEN, type LedgerRow, SOURCES } from "./ledger-table.tsx";
import { RevokeDialog, type RevokeDialogProps } from "./revoke-dialog.tsx";

export interface AccessRow {
  product: { id: string; name: string; restricted: boolean; hidden: boolean };
  allowed: boolean;
  message: string | null;
  trace: TraceStepShown[];
  /** The grants of this product that hold now. */
  grants: LedgerRow[];
}

interface Props {
  rows: AccessRow[];
  email: string;
  now: Date;
  granting: Pick<GrantDialogProps, "decision" | "onGrant">;
  revoking: Pick<RevokeDialogProps, "decision" | "onRevoke">;
}

/** What a member may pull now and why, with the grants behind it and the way to give or end one. */
export function AccessTable({ rows, email, now, granting, revoking }: Props) {
  return (
    <Table caption={`What ${email} may pull now`} columns={["Product", "Now", "Grants", "Change"]}>
      {rows.map((row) => (
        <Row key={row.product.id}>
          <Cell>
            <div className="font-medium text-ink">{row.product.name}</div>
            <div className="text-[13px] text-soft">{offeredTo(row.product)}</div>
          </Cell>
          <Cell label="Now" className="sm:w-[36%]">
            <DecisionBadge allowed={row.allowed} />
            {row.message ? <p className="mt-1 text-[13px] text-soft">{row.message}</p> : null}
            <Trace steps={row.trace} />
          </Cell>
          <Cell label="Grants">
            {row.grants.length === 0 ? <span className="text-soft">None</span> : null}
            <ul className="grid gap-2">
              {row.grants.map((grant) => (
                <li key={grant.id} className="grid min-h-7 content-center text-[13px]">
                  <span>
                    {SOURCES[grant.source]}, <Time at={grant.grantedAt} now={now} />
                  </span>
                  {grant.expiresAt ? (
                    <span className="text-soft text-xs">
                      until <Time at={grant.expiresAt} now={now} plain />
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          </Cell>
          <Cell className="sm:w-px">
            <div className="flex flex-wrap gap-2 sm:flex-col sm:items-start">
              {row.grants.map((grant) => (
                <RevokeDialog
                  key={grant.id}
                  grant={{ id: grant.id, of: row.product.name, how: GIVEN[grant.source] }}
                  consequence={consequenceOf(row, email)}
                  {...revoking}
                />
              ))}
              {row.grants.some(({ source }) => source === "admin") ? null : (
                <GrantDialog products={[row.product]} email={email} small {...granting} />
              )}
            </div>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function DecisionBadge({ allowed }: { allowed: boolean }) {
  return allowed ? (
    <Badge tone="good">
      <CircleCheck className="size-3" aria-hidden="true" /> May pull
    </Badge>
  ) : (
    <Badge tone="danger">
      <Lock className="size-3" aria-hidden="true" /> May not pull
    </Badge>
  );
}

function offeredTo({ restricted, hidden }: AccessRow["product"]): string {
  if (hidden) return "Hidden from whoever has no grant";
  return restricted ? "Restricted" : "Open to every member";
}

/** What ending one of the grants means, in a sentence. */
function consequenceOf({ product, allowed, grants }: AccessRow, email: string): { text: string; loses: boolean } {
  if (!allowed) return { text: `${email} may not pull ${product.name} at the moment anyway.`, loses: false };
  if (!product.restricted && !product.hidden) {
    return { text: `${email} keeps access: ${product.name} is open to every member.`, loses: false };
  }
  if (grants.length > 1)
    return { text: `${email} keeps access: another grant of ${product.name} still holds.`, loses: false };
  return { text: `${email} loses access to ${product.name} with the next request.`, loses: true };
}
