"use client";

import { signIn } from "next-auth/react";
import type { ActionResult } from "#components/action-result.ts";
import { Badge } from "#components/ui/badge.tsx";
import { ConfirmWithPassword } from "./confirm-with-password.tsx";
import { Section } from "./section.tsx";

interface Props {
  connections: { id: string; name: string; connected: boolean }[];
  hasPassword: boolean;
  /** What went wrong on the way back from a provider. */
  problem: string | null;
  onStart: (input: { provider: string; currentPassword?: string }) => Promise<ActionResult<null>>;
  onDisconnect: (input: { provider: string; currentPassword?: string }) => Promise<ActionResult<null>>;
}

/** The identity providers that the instance offers, and which of them open this account. */
export function Connections({ connections, hasPassword, problem, onStart, onDisconnect }: Props) {
  return (
    <Section title="Connected accounts" lead="Whoever is signed in there is signed in here, too.">
      {problem ? (
        <p role="alert" className="mb-3 rounded-md bg-danger-soft px-3 py-2 text-danger-ink text-sm">
          {problem}
        </p>
      ) : null}
      <ul className="divide-y divide-line border-line border-t">
        {connections.map(({ id, name, connected }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-2.5 last:pb-0">
            <span className="flex flex-wrap items-center gap-2 font-medium text-sm">
              {name} {connected ? <Badge tone="good">Connected</Badge> : null}
            </span>
            {connected ? (
              <ConfirmWithPassword
                key="disconnect"
                button={{ text: "Disconnect", label: `Disconnect ${name}` }}
                title={`Disconnect ${name}?`}
                consequence={`It no longer signs you in. You can connect it again at any time.`}
                confirm="Disconnect"
                danger
                hasPassword={hasPassword}
                onConfirm={(input) => onDisconnect({ ...input, provider: id })}
              />
            ) : (
              <ConfirmWithPassword
                key="connect"
                button={{ text: "Connect", label: `Connect ${name}` }}
                title={`Connect ${name}?`}
                consequence={`You go to ${name} and come back. From then on it opens this account.`}
                confirm={`Go to ${name}`}
                hasPassword={hasPassword}
                onConfirm={(input) => onStart({ ...input, provider: id })}
                onDone={() => signIn(id, { callbackUrl: "/account/security" })}
              />
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
