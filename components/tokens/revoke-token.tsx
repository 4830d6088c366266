"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

export interface RevokeTokenProps {
  token: { id: string; name: string };
  decision: CapabilityDecision;
  consequence: string;
  onRevoke: (id: string) => Promise<ActionResult<null>>;
}

/** The button that ends a token, and the dialog that says what stops working. */
export function RevokeToken({ token, decision, consequence, onRevoke }: RevokeTokenProps) {
  const [open, setOpen] = useState(false);
  const { run, pending } = useAction(onRevoke);
  const revoke = async () => {
    if (await run(token.id)) setOpen(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" aria-label={`Revoke ${token.name}`} onClick={() => setOpen(true)}>
          Revoke
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        kind="question"
        title={`Revoke ${token.name}?`}
        description={consequence}
      >
        <DialogFooter onCancel={() => setOpen(false)}>
          <Button variant="danger" pending={pending} onClick={revoke}>
            Revoke
          </Button>
        </DialogFooter>
      </Dialog>
    </>
  );
}
