"use client";

import { LifeBuoy } from "lucide-react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";
import { exactTime } from "#lib/format.ts";

interface Props {
  role: string;
  until: Date;
  reason: string;
  onLeave: () => Promise<ActionResult<null>>;
}

/** Stands on every page of a workspace that somebody looks at for support: as what, how long, why, and the way out. */
export function SupportBanner({ role, until, reason, onLeave }: Props) {
  const { run, pending } = useAction(onLeave);
  return (
    <section
      aria-label="Support view"
      className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg bg-warn-soft px-4 py-3 text-ink text-sm"
    >
      <LifeBuoy className="size-4 shrink-0 text-warn max-sm:hidden" aria-hidden="true" />
      <p className="wrap-anywhere min-w-0 flex-1 basis-64">
        <span className="font-medium">
          Support view as {role}, until <time dateTime={until.toISOString()}>{exactTime(until)}</time>.
        </span>{" "}
        Reason: {reason}
      </p>
      <Button size="sm" pending={pending} onClick={() => run()}>
        Leave
      </Button>
    </section>
  );
}
