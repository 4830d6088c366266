"use client";

import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { ReasonDialog } from "#components/releases/reason-dialog.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { plural } from "#lib/format.ts";
import { lettersInWords, type ReachShown } from "./reach.ts";

interface Props {
  name: string;
  reach: ReachShown;
  failed: number;
  /** Of a release: what becomes of it once the recall is lifted. */
  ofRelease: boolean;
  decision: CapabilityDecision;
  onNotify: () => Promise<ActionResult<null>>;
  onLift: (reason: string) => Promise<ActionResult<null>>;
}

/** What can be done with a recall that stands. */
export function RecallActions({ name, reach, failed, ofRelease, decision, onNotify, onLift }: Props) {
  const due = reach.letters + failed;
  return (
    <div className="flex flex-wrap gap-2">
      {due > 0 ? (
        <ConfirmButton
          verb={`Tell ${plural(due, "member")}`}
          title={`Tell ${plural(due, "member")} by mail?`}
          consequence={`They fetched ${name} and were not told so far. ${lettersInWords({ ...reach, member: 0 })}`}
          decision={decision}
          onConfirm={onNotify}
        />
      ) : null}
      <ReasonDialog
        verb="Lift"
        title={`Lift the recall of ${name}?`}
        consequence={`Nobody is warned any more, and letters that wait are not sent. Who was told is not told of this. ${ofRelease ? "The release stays withdrawn until it is restored." : ""}`}
        field={{ label: "Reason", hint: "For the team and the audit log.", name: "reason" }}
        decision={decision}
        onConfirm={onLift}
      />
    </div>
  );
}
