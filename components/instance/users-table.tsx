import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { AdminDialog, type AdminDialogProps } from "./admin-dialog.tsx";

interface User {
  id: string;
  email: string;
  name: string | null;
  createdAt: Date;
  isInstanceAdmin: boolean;
  secondFactor: boolean;
  counts: { teams: number; memberships: number };
  lastSeenAt: Date | null;
}

type Change = Pick<AdminDialogProps, "decision" | "onConfirm">;

interface Props {
  users: User[];
  /** Who reads it. */
  self: string;
  now: Date;
  making: Change;
  removing: Change;
}

/** The accounts of the instance: how they are kept, where they belong, and who of them runs it. */
export function UsersTable({ users, self, now, making, removing }: Props) {
  return (
    <Table
      caption="Users"
      columns={["Account", "Second factor", "Teams", "Memberships", "Last seen", "Created", "Instance admin"]}
    >
      {users.map((user) => (
        <Row key={user.id}>
          <Cell>
            <Account user={user} />
          </Cell>
          <Cell label="Second factor">
            <SecondFactor on={user.secondFactor} />
          </Cell>
          <Cell label="Teams">{user.counts.teams}</Cell>
          <Cell label="Memberships">{user.counts.memberships}</Cell>
          <Cell label="Last seen" className="text-soft">
            {user.lastSeenAt ? <Time at={user.lastSeenAt} now={now} /> : "Signed out"}
          </Cell>
          <Cell label="Created" className="text-soft">
            <Time at={user.createdAt} now={now} />
          </Cell>
          <Cell className="sm:w-px">
            <AdminDialog
              user={{ id: user.id, email: user.email, self: user.id === self }}
              kind={user.isInstanceAdmin ? "remove" : "make"}
              {...(user.isInstanceAdmin ? removing : making)}
            />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function Account({ user }: { user: User }) {
  return (
    <>
      <span className="inline-flex flex-wrap items-center gap-1.5 font-medium text-ink">
        {user.name ?? user.email}
        {user.isInstanceAdmin ? <Badge tone="accent">Instance admin</Badge> : null}
      </span>
      {user.name ? <div className="text-[13px] text-soft">{user.email}</div> : null}
    </>
  );
}

function SecondFactor({ on }: { on: boolean }) {
  return <Badge tone={on ? "good" : "neutral"}>{on ? "On" : "Off"}</Badge>;
}
