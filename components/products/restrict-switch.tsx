"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { type Affected, RestrictDialog } from "./restrict-dialog.tsx";

export interface RestrictSwitchProps {
  product: { id: string; name: string; restricted: boolean };
  decision: CapabilityDecision;
  /** The page that shows who is affected one by one. */
  listHref: string;
  /** Who is affected by the change, asked when the switch is touched. */
  onAsk: (productId: string) => Promise<ActionResult<Affected>>;
  onSet: (input: {
    productId: string;
    requiresEntitlement: boolean;
    keepAccess: boolean;
  }) => Promise<ActionResult<null>>;
}

/** Restricted or open. Touching it changes nothing yet: a dialog says whom it moves first. */
export function RestrictSwitch({ product, decision, listHref, onAsk, onSet }: RestrictSwitchProps) {
  const [affected, setAffected] = useState<Affected | null>(null);
  const asking = useAction(onAsk);
  const setting = useAction(onSet);

  const ask = async () => {
    const answer = await asking.run(product.id);
    if (answer) setAffected(answer.data);
  };
  const set = async (keepAccess: boolean) => {
    const input = { productId: product.id, requiresEntitlement: !product.restricted, keepAccess };
    if (await setting.run(input)) setAffected(null);
  };

  return (
    <>
      <GatedAction decision={decision}>
        <Switch
          checked={product.restricted}
          onCheckedChange={asking.pending ? undefined : ask}
          aria-label={`${product.name} is restricted`}
          aria-busy={asking.pending || undefined}
        />
      </GatedAction>
      {affected ? (
        <RestrictDialog
          product={product}
          affected={affected}
          listHref={listHref}
          pending={setting.pending}
          onConfirm={set}
          onClose={() => setAffected(null)}
        />
      ) : null}
    </>
  );
}
