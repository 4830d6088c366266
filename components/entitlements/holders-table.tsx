import Link from "next/link";
import { RevokeDialog, type RevokeDialogProps } from "#components/members/revoke-dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { consequenceOf, GIVEN, SOURCES, type SourceShown } from "./sources.ts";

export interface HolderShown {
  id: string;
  memberId: string;
  email: string;
  source: SourceShown;
  sourceRef: string;
  reason: string;
  grantedAt: Date;
  startsAt: Date | null;
  expiresAt: Date | null;
  others: boolean;
}

interface Props {
  product: { name: string; open: boolean };
  rows: HolderShown[];
  /** The tenant's address. */
  base: string;
  now: Date;
  revoking: Pick<RevokeDialogProps, "decision" | "onRevoke">;
}

/** Who holds a product, by which grant and until when, and the way to end it. */
export function HoldersTable({ product, rows, base, now, revoking }: Props) {
  return (
    <Table caption={`Grants of ${product.name}`} columns={["Member", "Source", "Since", "Until", "Change"]}>
      {rows.map((row) => (
        <Row key={row.id}>
          <Cell>
            <Link href={`${base}/members/${row.memberId}`} className="rounded font-medium text-ink hover:underline">
              {row.email}
            </Link>
            {row.reason ? <div className="text-[13px] text-soft">“{row.reason}”</div> : null}
          </Cell>
          <Cell label="Source">
            <Badge>{SOURCES[row.source]}</Badge>
          </Cell>
          <Cell label="Since" className="text-soft">
            <Time at={row.grantedAt} now={now} />
          </Cell>
          <Cell label="Until">
            <Dates {...row} now={now} />
          </Cell>
          <Cell className="sm:w-px">
            {row.source === "group" ? (
              <Link
                href={`${base}/groups/${row.sourceRef}`}
                aria-label={`The group that gives it to ${row.email}`}
                className={buttonClass({ size: "sm" })}
              >
                Group
              </Link>
            ) : (
              <RevokeDialog
                grant={{ id: row.id, of: `${product.name} from ${row.email}`, how: GIVEN[row.source] }}
                consequence={consequenceOf({ ...row, product: product.name, open: product.open, may: true })}
                {...revoking}
              />
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

/** From when and until when a grant holds. */
export function Dates({ startsAt, expiresAt, now }: { startsAt: Date | null; expiresAt: Date | null; now: Date }) {
  return (
    <>
      {startsAt && startsAt > now ? (
        <div className="text-[13px] text-soft">
          begins <Time at={startsAt} now={now} plain />
        </div>
      ) : null}
      {expiresAt ? <Time at={expiresAt} now={now} plain /> : <span className="text-soft">for good</span>}
    </>
  );
}
