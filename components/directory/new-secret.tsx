"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  decision: CapabilityDecision;
  /** The address that goes with it. */
  url: string;
  onCreate: () => Promise<ActionResult<{ secret: string }>>;
}

/** The button that makes a secret for the directory; it is shown once. */
export function NewSecret({ decision, url, onCreate }: Props) {
  const [secret, setSecret] = useState<string | null>(null);
  const { run, pending } = useAction(onCreate);
  const create = async () => {
    const made = await run();
    if (made) setSecret(made.data.secret);
  };
  const done = () => setSecret(null);
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" pending={pending} onClick={create}>
          New secret
        </Button>
      </GatedAction>
      <Dialog
        open={secret !== null}
        onOpenChange={done}
        kind="once"
        title="Copy the secret now"
        description="It is shown this once. Only a hash of it is kept."
      >
        <div className="grid gap-4">
          <div className="grid gap-1">
            <p className="font-medium text-[13px]">Base URL</p>
            <CopyField label="Base URL" value={url} />
          </div>
          <div className="grid gap-1">
            <p className="font-medium text-[13px]">Secret (bearer token)</p>
            <CopyField label="Secret" value={secret ?? ""} />
          </div>
          <DialogFooter>
            <Button variant="primary" onClick={done}>
              I have copied it
            </Button>
          </DialogFooter>
        </div>
      </Dialog>
    </>
  );
}
