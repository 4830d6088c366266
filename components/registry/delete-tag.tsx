"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  tag: string;
  decision: CapabilityDecision;
  after: string;
  onDelete: () => Promise<ActionResult<null>>;
}

/** Takes a tag away; its manifest stays, and the history can bring the tag back. */
export function DeleteTag({ tag, decision, after, onDelete }: Props) {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  const { run, pending } = useAction(onDelete);
  const confirm = async () => {
    if (await run()) router.push(after);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => setOpen(true)}>Delete tag</Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        kind="question"
        title={`Delete the tag ${tag}?`}
        description={`Nobody can pull ${tag} by its name then. The image stays, by its digest, and the history can bring the tag back.`}
      >
        <DialogFooter onCancel={() => setOpen(false)}>
          <Button variant="danger" pending={pending} onClick={confirm}>
            Delete tag
          </Button>
        </DialogFooter>
      </Dialog>
    </>
  );
}
