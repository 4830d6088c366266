import { CircleCheck, Lock } from "lucide-react";
import Link from "next/link";
import { consequenceOf, GIVEN, SOURCES } from "#components/entitlements/sources.ts";
import { Badge } from "#components/ui/badge.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { GrantDialog, type GrantDialogProps } from "./grant-dialog.tsx";
import type { LedgerRow } from "./ledger-table.tsx";
import { RevokeDialog, type RevokeDialogProps } from "./revoke-dialog.tsx";

export interface AccessRow {
  product: { id: string; slug: string; name: string; restricted: boolean; hidden: boolean };
  allowed: boolean;
  message: string | null;
  /** The grants of this product that hold now or are yet to begin. */
  grants: LedgerRow[];
}

interface Props {
  rows: AccessRow[];
  email: string;
  memberId: string;
  /** The tenant's address. */
  base: string;
  now: Date;
  granting: Pick<GrantDialogProps, "decision" | "onGrant">;
  revoking: Pick<RevokeDialogProps, "decision" | "onRevoke">;
}

/** What a member may pull now and why, with the grants behind it and the way to give or end one. */
export function AccessTable({ rows, email, memberId, base, now, granting, revoking }: Props) {
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
            <Link
              href={`${base}/members/${memberId}/why?product=${row.product.slug}`}
              aria-label={`Why? (${row.product.name})`}
              className="mt-1 block w-fit rounded text-[13px] text-accent-ink underline underline-offset-2"
            >
              Why?
            </Link>
          </Cell>
          <Cell label="Grants">
            {row.grants.length === 0 ? <span className="text-soft">None</span> : null}
            <ul className="grid gap-2">
              {row.grants.map((grant) => (
                <li key={grant.id} className="grid min-h-7 content-center text-[13px]">
                  <span>
                    {SOURCES[grant.source]}, <Time at={grant.grantedAt} now={now} />
                  </span>
                  {grant.startsAt && grant.startsAt > now ? (
                    <span className="text-soft text-xs">
                      from <Time at={grant.startsAt} now={now} plain />
                    </span>
                  ) : null}
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
                <GrantActions key={grant.id} {...{ row, grant, email, base, granting, revoking }} />
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

type GrantActionsProps = Pick<Props, "email" | "base" | "granting" | "revoking"> & { row: AccessRow; grant: LedgerRow };

function GrantActions({ row, grant, email, base, granting, revoking }: GrantActionsProps) {
  const { product, allowed, grants } = row;
  if (grant.source === "group") {
    return (
      <Link href={`${base}/groups/${grant.sourceRef}`} className={buttonClass({ size: "sm" })}>
        Group
      </Link>
    );
  }
  const open = !product.restricted && !product.hidden;
  const others = grants.filter(({ id, state }) => id !== grant.id && state === "active").length > 0;
  return (
    <>
      <RevokeDialog
        grant={{ id: grant.id, of: product.name, how: GIVEN[grant.source] }}
        consequence={consequenceOf({ email, product: product.name, source: grant.source, may: allowed, open, others })}
        {...revoking}
      />
      {grant.source === "admin" ? (
        <GrantDialog products={[product]} email={email} small standing={grant} {...granting} />
      ) : null}
    </>
  );
}
