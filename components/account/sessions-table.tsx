import type { ActionResult } from "#components/action-result.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { EndSession } from "./end-session.tsx";

export interface SessionShown {
  id: string;
  /** The browser and its system, in words. */
  browser: string;
  method: string;
  address: string;
  createdAt: Date;
  lastSeenAt: Date;
  isThis: boolean;
}

interface Props {
  sessions: SessionShown[];
  now: Date;
  onRevoke: (id: string) => Promise<ActionResult<null>>;
}

/** Where somebody is signed in. */
export function SessionsTable({ sessions, now, onRevoke }: Props) {
  return (
    <Table caption="Sessions" columns={["Browser", "With", "Address", "Since", "Last used", "Sign out"]}>
      {sessions.map(({ id, browser, method, address, createdAt, lastSeenAt, isThis }) => (
        <Row key={id}>
          <Cell>
            <span className="flex flex-wrap items-center gap-2 font-medium text-ink">
              {browser} {isThis ? <Badge tone="accent">This browser</Badge> : null}
            </span>
          </Cell>
          <Cell label="With" className="text-soft">
            {method}
          </Cell>
          <Cell label="Address" className="text-soft">
            {address}
          </Cell>
          <Cell label="Since" className="text-soft">
            <Time at={createdAt} now={now} />
          </Cell>
          <Cell label="Last used" className="text-soft">
            <Time at={lastSeenAt} now={now} />
          </Cell>
          <Cell className="sm:w-px">
            {isThis ? null : (
              <EndSession
                button={{ text: "Sign out", label: `Sign out ${browser}, ${address}` }}
                title={`Sign ${browser} out?`}
                consequence="Its next request is refused, and leads to the sign-in page."
                onEnd={onRevoke.bind(null, id)}
              />
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
