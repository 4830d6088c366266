"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";

interface MailChoiceProps {
  wanted: boolean;
  onChoose: (wanted: boolean) => Promise<ActionResult<null>>;
}

/** Whether letters come, and the button that changes it. */
export function MailChoice({ wanted: before, onChoose }: MailChoiceProps) {
  const [wanted, setWanted] = useState(before);
  const { run, pending } = useAction(onChoose);
  const change = async () => {
    if (await run(!wanted)) setWanted(!wanted);
  };
  return (
    <>
      <p className="mb-4 text-sm" aria-live="polite">
        {wanted ? "A letter comes when a new version of what you can have is published." : "No letters come."}
      </p>
      <Button variant={wanted ? "danger" : "primary"} pending={pending} onClick={change}>
        {wanted ? "Send me no more" : "Tell me of new versions"}
      </Button>
    </>
  );
}
