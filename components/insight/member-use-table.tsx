import Link from "next/link";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { type Run, RunVersion } from "./run-version.tsx";

export interface Person {
  id: string;
  email: string;
  name: string | null;
}

interface MemberUse {
  member: Person;
  pulls: number;
  downloads: number;
  lastAt: Date;
  runs: (Run & { product: { slug: string; name: string } })[];
}

const SHOWN = 4;

/** Who fetches most, and what they have of each product. */
export function MemberUseTable({ rows, base, now }: { rows: MemberUse[]; base: string; now: Date }) {
  return (
    <Table caption="Use by member" columns={["Member", "Pulls", "Downloads", "Last fetched", "Has"]}>
      {rows.map(({ member, pulls, downloads, lastAt, runs }) => (
        <Row key={member.id}>
          <Cell>
            <MemberLink member={member} base={base} />
          </Cell>
          <Cell label="Pulls" className="tabular-nums">
            {pulls.toLocaleString("en")}
          </Cell>
          <Cell label="Downloads" className="tabular-nums">
            {downloads.toLocaleString("en")}
          </Cell>
          <Cell label="Last fetched" className="text-soft">
            <Time at={lastAt} now={now} />
          </Cell>
          <Cell label="Has" className="text-[13px]">
            <ul className="grid gap-0.5">
              {runs.slice(0, SHOWN).map((run) => (
                <li key={run.product.slug} className="flex flex-wrap items-center gap-x-1.5">
                  <span className="text-soft">{run.product.name}</span> <RunVersion run={run} />
                </li>
              ))}
              {runs.length > SHOWN ? <li className="text-soft">and {runs.length - SHOWN} more</li> : null}
            </ul>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

/** Somebody by name and address, and the way to their page. */
export function MemberLink({ member, base }: { member: Person; base: string }) {
  return (
    <>
      <Link href={`${base}/${member.id}`} className="rounded font-medium text-accent-ink underline underline-offset-2">
        {member.name ?? member.email}
      </Link>
      {member.name ? <div className="text-[13px] text-soft">{member.email}</div> : null}
    </>
  );
}
