"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { ReasonDialog } from "./reason-dialog.tsx";
import type { ReleaseState } from "./release-badges.tsx";

type Done = Promise<ActionResult<null>>;

interface Props {
  release: { version: string; status: ReleaseState; was: string };
  /** `3 files and 1 image` */
  content: string;
  /** Who gets it: `every member in good standing`. */
  audience: string;
  may: Record<"publish" | "archive" | "restore" | "delete", CapabilityDecision>;
  /** Where it goes on once it is deleted. */
  after: string;
  onPublish: () => Done;
  onYank: (reason: string) => Done;
  onArchive: (reason: string) => Done;
  onRestore: () => Done;
  onDelete: (version: string) => Done;
}

/** What can be done with a release in the state that it is in. */
export function ReleaseActions(props: Props) {
  const { release, audience, may, after, onYank, onArchive, onRestore, onDelete } = props;
  const { version, status } = release;
  const router = useRouter();
  return (
    <div className="flex flex-wrap gap-2">
      {status === "draft" ? <Publish {...props} /> : null}
      {status === "published" ? (
        <ReasonDialog
          verb="Yank"
          title={`Yank ${version}?`}
          consequence={`Nobody gets it as the newest any more: no “latest”, no version range, no update. Who asks for ${version} by name still gets it, with a warning that says why.`}
          field={{ label: "Reason", hint: "Members read it.", name: "reason" }}
          decision={may.archive}
          onConfirm={onYank}
        />
      ) : null}
      {status === "yanked" || status === "archived" ? (
        <ConfirmButton
          verb="Restore"
          title={`Restore ${version}?`}
          consequence={
            release.was === "draft" ? "It is a draft again." : `It is ${release.was} again, for ${audience}.`
          }
          decision={may.restore}
          onConfirm={onRestore}
        />
      ) : null}
      {status === "archived" ? null : (
        <ReasonDialog
          verb="Archive"
          title={`Archive ${version}?`}
          consequence={
            status === "draft"
              ? "Nobody but the team has it. It can be restored."
              : `It is gone for ${audience}: no list, no download, not by its version either. The team can restore it.`
          }
          field={{ label: "Reason", hint: "For the audit log; it may be left out.", name: "reason" }}
          decision={may.archive}
          onConfirm={onArchive}
        />
      )}
      <ReasonDialog
        verb="Delete"
        title={`Delete ${version} for good?`}
        consequence="Its files and notes go with it. Its version is never used again. Its images stay in their repositories. It can't be undone."
        field={{ label: "Version", hint: `Type ${version} to go on.`, name: "version" }}
        decision={may.delete}
        onConfirm={onDelete}
        onDone={() => router.push(after)}
      />
    </div>
  );
}

function Publish({ release: { version }, content, audience, may, onPublish }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending } = useAction(onPublish);
  const publish = async () => {
    if (await run()) setOpen(false);
  };
  return (
    <>
      <GatedAction decision={may.publish}>
        <Button variant="primary" onClick={() => setOpen(true)}>
          Publish
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        kind="question"
        title={`Publish ${version}?`}
        description={`${version}, with ${content}, becomes visible to ${audience}. Its version, its channel and what it holds stay as they are from then on; the notes can still be changed.`}
      >
        <DialogFooter onCancel={() => setOpen(false)}>
          <Button variant="primary" pending={pending} onClick={publish}>
            Publish
          </Button>
        </DialogFooter>
      </Dialog>
    </>
  );
}
