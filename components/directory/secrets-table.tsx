import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface SecretShown {
  id: string;
  hint: string;
  createdBy: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

interface Props {
  secrets: SecretShown[];
  now: Date;
  decision: CapabilityDecision;
  onRevoke: (secretId: string) => () => Promise<ActionResult<null>>;
}

/** The secrets that hold: masked, with who made them and when they were last used. */
export function SecretsTable({ secrets, now, decision, onRevoke }: Props) {
  return (
    <Table caption="Secrets of the directory" columns={["Secret", "Made", "Last used", "Change"]}>
      {secrets.map(({ id, hint, createdBy, createdAt, lastUsedAt }) => (
        <Row key={id}>
          <Cell className="font-mono text-[13px]">…{hint}</Cell>
          <Cell label="Made" className="text-soft">
            <Time at={createdAt} now={now} /> by {createdBy}
          </Cell>
          <Cell label="Last used" className="text-soft">
            {lastUsedAt ? <Time at={lastUsedAt} now={now} /> : "Never"}
          </Cell>
          <Cell className="sm:w-px">
            <ConfirmButton
              small
              verb="Revoke"
              label={`Revoke the secret that ends in ${hint}`}
              title={`Revoke the secret that ends in ${hint}?`}
              consequence="Whoever still uses it is refused from the next request on. Nobody loses access by it, but the directory can no longer end anybody's, either."
              decision={decision}
              onConfirm={onRevoke(id)}
            />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
