"use client";

import { useId } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Switch } from "#components/ui/switch.tsx";
import { useAction } from "#components/use-action.ts";

interface Props {
  vendor: string;
  wanted: boolean;
  onChoose: (wanted: boolean) => Promise<ActionResult<null>>;
}

/** Whether one is told of new versions by mail. */
export function MailSwitch({ vendor, wanted, onChoose }: Props) {
  const id = useId();
  const { run, pending } = useAction(onChoose);
  return (
    <div className="flex items-start justify-between gap-3">
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium text-sm">
          Tell me about new versions
        </label>
        <p className="mt-0.5 text-[13px] text-soft">
          By mail, when {vendor} publishes one of what you have. A recall is told in any case.
        </p>
      </div>
      <Switch id={id} checked={wanted} disabled={pending} onCheckedChange={(next) => void run(next)} />
    </div>
  );
}
