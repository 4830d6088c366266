"use client";

import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { Polling } from "#components/polling.tsx";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";

interface Props {
  /** Something waits or runs: the page is read again until it is over. */
  busy: boolean;
  grace: string;
  onStart: (input: { dry: boolean }) => Promise<ActionResult<null>>;
}

/** Asks for a clean-up or for its preview, and keeps the page up to date while one runs. */
export function CleanupButtons({ busy, grace, onStart }: Props) {
  const { run, pending } = useAction(onStart);
  return (
    <div className="flex flex-wrap gap-2">
      <Polling busy={busy} />
      <Button pending={pending} onClick={() => run({ dry: true })}>
        Preview clean-up
      </Button>
      <ConfirmButton
        verb="Clean up now"
        title="Clean up now?"
        consequence={`What no image refers to and nobody has asked for in ${grace} is removed from the store for good. Pushes and pulls go on meanwhile.`}
        decision={{ allowed: true }}
        onConfirm={() => onStart({ dry: false })}
      />
    </div>
  );
}
