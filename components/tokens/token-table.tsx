import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { RevokeToken, type RevokeTokenProps } from "./revoke-token.tsx";
import { RotateToken, type RotateTokenProps } from "./rotate-token.tsx";

interface Token {
  id: string;
  name: string;
  /** What it may do, in words. */
  scopes: string[];
  /** Names of the products that it is limited to; empty for all. */
  products: string[];
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
  /** Until when the secret before the last rotation still works. */
  previousExpiresAt: Date | null;
}

interface Props {
  tokens: Token[];
  caption: string;
  now: Date;
  rotate: Omit<RotateTokenProps, "token">;
  revoke: Omit<RevokeTokenProps, "token">;
}

/** Tokens without their secrets: what they may do, how long they hold, when they were last used. */
export function TokenTable({ tokens, caption, now, rotate, revoke }: Props) {
  return (
    <Table caption={caption} columns={["Name", "May", "Created", "Expires", "Last used", "Change"]}>
      {tokens.map((token) => (
        <Row key={token.id}>
          <Cell>
            <span className="font-medium text-ink">{token.name}</span>
          </Cell>
          <Cell label="May">
            <Scopes scopes={token.scopes} />
            {token.products.length > 0 ? (
              <div className="mt-1 text-[13px] text-soft">on {token.products.join(", ")}</div>
            ) : null}
          </Cell>
          <Cell label="Created" className="text-soft">
            <Time at={token.createdAt} now={now} />
          </Cell>
          <Cell label="Expires" className="text-soft">
            <Expiry at={token.expiresAt} now={now} />
            {token.previousExpiresAt && token.previousExpiresAt > now ? (
              <div className="text-xs">
                old secret ends <Time at={token.previousExpiresAt} now={now} />
              </div>
            ) : null}
          </Cell>
          <Cell label="Last used" className="text-soft">
            {token.lastUsedAt ? <Time at={token.lastUsedAt} now={now} /> : "Never"}
            {token.lastUsedAddress ? <div className="font-mono text-xs">{token.lastUsedAddress}</div> : null}
          </Cell>
          <Cell className="sm:w-px">
            <div className="flex flex-wrap gap-2 lg:flex-nowrap">
              <RotateToken token={{ id: token.id, name: token.name }} {...rotate} />
              <RevokeToken token={{ id: token.id, name: token.name }} {...revoke} />
            </div>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function Expiry({ at, now }: { at: Date | null; now: Date }) {
  if (!at) return "Never";
  if (at <= now) return <Badge tone="danger">Expired</Badge>;
  return <Time at={at} now={now} />;
}

const SHOWN_MAX = 3;

function Scopes({ scopes }: { scopes: string[] }) {
  const shown = scopes.slice(0, SHOWN_MAX);
  return (
    <span className="flex flex-wrap gap-1">
      {shown.map((scope) => (
        <Badge key={scope}>{scope}</Badge>
      ))}
      {scopes.length > SHOWN_MAX ? (
        <details>
          <summary className="rounded text-[13px] text-soft">and {scopes.length - SHOWN_MAX} more</summary>
          <span className="mt-1 block text-soft text-xs">{scopes.slice(SHOWN_MAX).join(", ")}</span>
        </details>
      ) : null}
    </span>
  );
}
