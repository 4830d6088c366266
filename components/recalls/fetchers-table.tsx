import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";

interface Fetcher {
  kind: "member" | "robot" | "team" | "other";
  label: string;
  memberId: string | null;
  lastAt: Date;
  firstAt: Date;
  times: number;
  things: { what: string; times: number }[];
}

const KINDS = { member: "Member", robot: "Robot", team: "Team", other: "Neither now" } as const;
const THINGS_SHOWN = 5;

/** Who fetched something: each person once. */
export function FetchersTable({ fetchers, members, now }: { fetchers: Fetcher[]; members: string; now: Date }) {
  return (
    <Table caption="Who fetched it" columns={["Who", "What", "Times", "First", "Last"]}>
      {fetchers.map(({ kind, label, memberId, firstAt, lastAt, times, things }, n) => (
        // Somebody who is gone has no name of their own.
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no state
        <Row key={n}>
          <Cell className="sm:w-[30%]">
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              {memberId ? (
                <Link href={`${members}/${memberId}`} className="rounded font-medium text-accent-ink hover:underline">
                  {label}
                </Link>
              ) : (
                <span>{label}</span>
              )}
              <Badge>{KINDS[kind]}</Badge>
            </span>
          </Cell>
          <Cell label="What" className="font-mono text-xs">
            {things.slice(0, THINGS_SHOWN).map(({ what }) => (
              <div key={what}>{what}</div>
            ))}
            {things.length > THINGS_SHOWN ? <div>and {plural(things.length - THINGS_SHOWN, "other")}</div> : null}
          </Cell>
          <Cell label="Times">{times}</Cell>
          <Cell label="First" className="text-soft">
            <Time at={firstAt} now={now} plain />
          </Cell>
          <Cell label="Last" className="text-soft">
            <Time at={lastAt} now={now} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
