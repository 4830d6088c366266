"use client";

import { Archive } from "lucide-react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { dateOnly } from "#lib/format.ts";

export interface ArchivedBannerProps {
  /** When its data is erased; null where it is archived alone. */
  erasedAt: Date | null;
  undo: { decision: CapabilityDecision; onUndo: () => Promise<ActionResult<null>> };
}

/** Says on every page of an archived workspace that nothing in it can be changed, and how long there is a way back. */
export function ArchivedBanner({ erasedAt, undo }: ArchivedBannerProps) {
  const { run, pending } = useAction(undo.onUndo);
  return (
    <section
      aria-label="State of the workspace"
      className={`mb-5 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg px-4 py-2.5 text-sm ${erasedAt ? "bg-danger-soft text-danger-ink" : "bg-warn-soft text-warn"}`}
    >
      <Archive className="size-4 shrink-0" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-60">
        {erasedAt ? (
          <>
            This workspace is deleted on <strong>{dateOnly(erasedAt)}</strong>, with everything in it. Until then the
            team sees it, and nobody can change it.
          </>
        ) : (
          "This workspace is archived: members and the registry have no access. The team sees it, and changes nothing."
        )}
      </p>
      {erasedAt ? (
        <GatedAction decision={undo.decision}>
          <Button size="sm" pending={pending} onClick={() => run()}>
            Undo the deletion
          </Button>
        </GatedAction>
      ) : null}
    </section>
  );
}
