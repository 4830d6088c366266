import type { ActionResult } from "#components/action-result.ts";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { EndSession } from "./end-session.tsx";

interface ClientShown {
  id: string;
  /** What it calls itself. */
  clientId: string;
  /** The token that it signed in with; null for the password. */
  token: string | null;
  address: string;
  createdAt: Date;
  lastUsedAt: Date;
}

interface Props {
  clients: ClientShown[];
  now: Date;
  onSignOut: (id: string) => Promise<ActionResult<null>>;
}

/** The container clients in which somebody is signed in. */
export function ClientsTable({ clients, now, onSignOut }: Props) {
  return (
    <Table caption="Container clients" columns={["Client", "With", "Address", "Since", "Last used", "Sign out"]}>
      {clients.map(({ id, clientId, token, address, createdAt, lastUsedAt }) => (
        <Row key={id}>
          <Cell className="font-medium text-ink">{clientId || "A client without a name"}</Cell>
          <Cell label="With" className="text-soft">
            {token === null ? "Password" : `Token “${token}”`}
          </Cell>
          <Cell label="Address" className="text-soft">
            {address}
          </Cell>
          <Cell label="Since" className="text-soft">
            <Time at={createdAt} now={now} />
          </Cell>
          <Cell label="Last used" className="text-soft">
            <Time at={lastUsedAt} now={now} />
          </Cell>
          <Cell className="sm:w-px">
            <EndSession
              button={{ text: "Sign out", label: `Sign out ${clientId}, ${address}` }}
              title={`Sign ${clientId || "this client"} out?`}
              consequence="It must sign in again. What it has in hand opens the registry for half an hour at most."
              onEnd={onSignOut.bind(null, id)}
            />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
