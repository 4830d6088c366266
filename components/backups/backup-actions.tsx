"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  /** Whether there is a file. */
  kept: boolean;
  /** The backup's own page. */
  href: string;
  runs: string;
  /** What is typed to delete it. */
  day: string;
  decisions: Record<"verify" | "download" | "remove", CapabilityDecision>;
  onVerify: () => Promise<ActionResult<{ id: string }>>;
  onDelete: (input: { id: string; confirm: string }) => Promise<ActionResult<null>>;
}

/** What can be done with one backup. */
export function BackupActions({ kept, href, runs, day, decisions, onVerify, onDelete }: Props) {
  const router = useRouter();
  const { run, pending } = useAction(onVerify);
  const verify = async () => {
    const done = await run();
    if (done) router.push(`${runs}/${done.data.id}`);
  };
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {kept ? (
        <>
          <GatedAction decision={decisions.verify}>
            <Button pending={pending} onClick={verify}>
              Verify
            </Button>
          </GatedAction>
          <GatedAction decision={decisions.download}>
            <a href={`${href}/download`} className={buttonClass()}>
              Download
            </a>
          </GatedAction>
          <GatedAction decision={decisions.download}>
            <a href={`${href}/key`} className={buttonClass()}>
              Download its key
            </a>
          </GatedAction>
        </>
      ) : null}
      <DeleteDialog href={href} day={day} decision={decisions.remove} onDelete={onDelete} />
    </div>
  );
}

function DeleteDialog({
  href,
  day,
  decision,
  onDelete,
}: Pick<Props, "href" | "day" | "onDelete"> & { decision: CapabilityDecision }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const { run, pending, fields } = useAction(onDelete, ["confirm"]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const confirm = String(new FormData(event.currentTarget).get("confirm") ?? "").trim();
    const [id = "", base = ""] = [href.split("/").at(-1), href.slice(0, href.lastIndexOf("/"))];
    if (await run({ id, confirm })) router.push(base);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="danger" onClick={() => setOpen(true)}>
          Delete
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Delete this backup?"
        description="Its file is removed for good. What it alone holds can't be restored any more."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label={`Type ${day}`} error={fields.confirm}>
            <Input name="confirm" autoComplete="off" />
          </Field>
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button type="submit" variant="danger" pending={pending}>
              Delete
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
