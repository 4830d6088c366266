"use client";

import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";

export interface RevokeTokenProps {
  token: { id: string; name: string };
  decision: CapabilityDecision;
  consequence: string;
  onRevoke: (id: string) => Promise<ActionResult<null>>;
}

/** The button that ends a token, and the dialog that says what stops working. */
export function RevokeToken({ token, decision, consequence, onRevoke }: RevokeTokenProps) {
  return (
    <ConfirmButton
      small
      verb="Revoke"
      label={`Revoke ${token.name}`}
      title={`Revoke ${token.name}?`}
      consequence={consequence}
      decision={decision}
      onConfirm={() => onRevoke(token.id)}
    />
  );
}
