import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { CapabilityDecision, Role } from "#lib/access/index.ts";
import { ActionButton } from "./action-button.tsx";

interface InvitationShown {
  id: string;
  email: string;
  role: Role;
  invitedBy: string;
  sentAt: Date;
  expiresAt: Date;
  decision: CapabilityDecision;
}

interface Props {
  invitations: InvitationShown[];
  now: Date;
  onResend: (id: string) => () => Promise<ActionResult<null>>;
  onWithdraw: (id: string) => () => Promise<ActionResult<null>>;
}

/** Invitations that nobody accepted yet. */
export function InvitationsTable({ invitations, now, onResend, onWithdraw }: Props) {
  return (
    <Table caption="Open invitations" columns={["Invited", "Role", "Sent", "Link", "Change"]}>
      {invitations.map(({ id, email, role, invitedBy, sentAt, expiresAt, decision }) => (
        <Row key={id}>
          <Cell>
            <div className="font-medium text-ink">{email}</div>
            <div className="text-[13px] text-soft">by {invitedBy}</div>
          </Cell>
          <Cell label="Role">
            <Badge>
              <span className="capitalize">{role}</span>
            </Badge>
          </Cell>
          <Cell label="Sent" className="text-soft">
            <Time at={sentAt} now={now} />
          </Cell>
          <Cell label="Link" className="text-soft">
            {expiresAt <= now ? (
              <Badge tone="warn">Expired</Badge>
            ) : (
              <>
                until <Time at={expiresAt} now={now} plain />
              </>
            )}
          </Cell>
          <Cell className="sm:w-px">
            <div className="flex gap-2 max-sm:flex-wrap">
              <ActionButton label={`Resend to ${email}`} decision={decision} onRun={onResend(id)}>
                Resend
              </ActionButton>
              <ConfirmButton
                small
                verb="Withdraw"
                label={`Withdraw the invitation of ${email}`}
                title={`Withdraw the invitation of ${email}?`}
                consequence="The link in their letter stops working at once."
                decision={decision}
                onConfirm={onWithdraw(id)}
              />
            </div>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
