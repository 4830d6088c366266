import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { CapabilityDecision, Role } from "#lib/access/index.ts";
import { RoleDialog, type RoleDialogProps } from "./role-dialog.tsx";

export interface PersonShown {
  /** Of the membership. */
  id: string;
  email: string;
  name: string | null;
  role: Role;
  /** What groups give, beside what was given by hand. */
  groupRole: Role | null;
  handRole: Role | null;
  since: Date;
  you: boolean;
  change: CapabilityDecision;
  remove: CapabilityDecision;
}

interface Props {
  people: PersonShown[];
  workspace: string;
  now: Date;
  roles: RoleDialogProps["roles"];
  onChange: RoleDialogProps["onChange"];
  onRemove: (membershipId: string) => () => Promise<ActionResult<null>>;
}

/** The people on the team, with their roles and what can be done about them. */
export function TeamTable({ people, workspace, now, roles, onChange, onRemove }: Props) {
  return (
    <Table caption="Team" columns={["Person", "Role", "Since", "Change"]}>
      {people.map((person) => (
        <Row key={person.id}>
          <Cell>
            <div className="font-medium text-ink">
              {person.name ?? person.email} {person.you ? <Badge tone="accent">You</Badge> : null}
            </div>
            {person.name ? <div className="text-[13px] text-soft">{person.email}</div> : null}
          </Cell>
          <Cell label="Role">
            <Badge>
              <span className="capitalize">{person.role}</span>
            </Badge>
            {person.groupRole ? <ByGroup {...person} groupRole={person.groupRole} /> : null}
          </Cell>
          <Cell label="Since" className="text-soft">
            <Time at={person.since} now={now} />
          </Cell>
          <Cell className="sm:w-px">
            <div className="flex gap-2 max-sm:flex-wrap">
              <RoleDialog person={person} decision={person.change} roles={roles} onChange={onChange} />
              {person.you ? null : (
                <ConfirmButton
                  small
                  verb="Remove"
                  label={`Remove ${person.email}`}
                  title={`Remove ${person.email}?`}
                  consequence={`They lose access to ${workspace} with their next request, in the browser and with every token of theirs. What they made stays, and robots go on.`}
                  decision={person.remove}
                  onConfirm={onRemove(person.id)}
                />
              )}
            </div>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

/** Where a role comes from that is not only by hand. */
function ByGroup({ groupRole, handRole }: { groupRole: Role; handRole: Role | null }) {
  const beside = handRole ? `${groupRole} from a group, ${handRole} by hand` : "From a group";
  return <div className="text-[13px] text-soft">{beside}</div>;
}
