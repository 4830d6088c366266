"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";

/** The button that gives the account its new address; a link that was only opened has changed nothing. */
export function ConfirmEmail({ email, onConfirm }: { email: string; onConfirm: () => Promise<ActionResult<null>> }) {
  const { run, pending } = useAction(onConfirm);
  const [done, setDone] = useState(false);
  const confirm = async () => {
    if (!(await run())) return;
    setDone(true);
    window.location.assign("/account");
  };
  return (
    <Button variant="primary" pending={pending || done} onClick={confirm}>
      Use {email} from now on
    </Button>
  );
}
