"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Whom {
  id: string;
  email: string;
  /** The reader's own account. */
  self: boolean;
}

export interface AdminDialogProps {
  user: Whom;
  kind: "make" | "remove";
  decision: CapabilityDecision;
  onConfirm: (userId: string) => Promise<ActionResult<null>>;
}

const WORDS = {
  make: {
    button: "Make admin",
    title: ({ email }: Whom) => `Make ${email} an instance admin?`,
    consequence: () =>
      "They see every tenant and every account, make and remove admins, and may look into any tenant with a reason.",
    variant: "primary",
  },
  remove: {
    button: "Remove admin",
    title: ({ email, self }: Whom) => `Remove ${self ? "yourself" : email} as instance admin?`,
    consequence: ({ self }: Whom) =>
      `${self ? "You lose" : "They lose"} these pages with the next request, and any support view that is open ends. ${self ? "Your" : "Their"} account and workspaces stay.`,
    variant: "danger",
  },
} as const;

/** The button that gives somebody the instance or takes it from them, and the dialog that says what that means. */
export function AdminDialog({ user, kind, decision, onConfirm }: AdminDialogProps) {
  const [open, setOpen] = useState(false);
  const { run, pending } = useAction(onConfirm);
  const { button, title, consequence, variant } = WORDS[kind];
  const confirm = async () => {
    if (await run(user.id)) setOpen(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" aria-label={`${button}: ${user.email}`} onClick={() => setOpen(true)}>
          {button}
        </Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={setOpen} kind="question" title={title(user)} description={consequence(user)}>
        <DialogFooter onCancel={() => setOpen(false)}>
          <Button variant={variant} pending={pending} onClick={confirm}>
            {button}
          </Button>
        </DialogFooter>
      </Dialog>
    </>
  );
}
