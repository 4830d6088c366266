"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { byteSize } from "#lib/format.ts";
import { sendBackup, type Ticket } from "./send-backup.ts";

interface Props {
  decision: CapabilityDecision;
  /** Where runs lie. */
  runs: string;
  onBegin: () => Promise<ActionResult<Ticket>>;
  onOpen: (input: { id: string; passphrase: string }) => Promise<ActionResult<{ id: string }>>;
}

/** Brings a backup's file back, and opens it; leads to the run that reads it. */
export function UploadDialog({ decision, runs, onBegin, onOpen }: Props) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const [problem, setProblem] = useState("");
  // What has arrived is not sent again for another passphrase.
  const [arrived, setArrived] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const opening = useAction(onOpen, ["passphrase"]);
  const choose = (next: File | null) => {
    setFile(next);
    setArrived(null);
    setProblem("");
  };
  const send = async (): Promise<string | null> => {
    if (!file) return complain("is missing");
    const ticket = await onBegin();
    if (!ticket.ok) return complain(ticket.message);
    if (file.size > ticket.data.bytesMax) return complain(`may have at most ${byteSize(ticket.data.bytesMax)}`);
    try {
      await sendBackup(file, ticket.data, setSent);
      setArrived(ticket.data.id);
      return ticket.data.id;
    } catch (error) {
      return complain((error as Error).message);
    }
  };
  const complain = (words: string) => {
    setProblem(words);
    return null;
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const passphrase = String(new FormData(event.currentTarget).get("passphrase") ?? "");
    setProblem("");
    setSent(0);
    setBusy(true);
    const id = arrived ?? (await send().catch(() => complain("The server could not be reached.")));
    const done = id && (await opening.run({ id, passphrase }));
    setBusy(false);
    if (done) router.push(`${runs}/${done.data.id}`);
    else if (id) router.refresh();
  };
  const close = (next: boolean) => {
    if (busy) return void toast.error("The file is on its way. Wait for it, or leave the page to give it up.");
    setOpen(next);
    choose(null);
    opening.reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => close(true)}>Upload a backup</Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={close}
        title="Upload a backup"
        description="A backup's file, of this workspace, another one or another Purser. It is read, and then one of the backups here; nothing is restored yet."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="File" hint="The one that ends in .tar.age. Its key is in it." error={problem}>
            <Input
              type="file"
              accept=".age"
              className="py-1"
              onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)}
            />
          </Field>
          <Field label="Passphrase" hint="The one that held when it was made." error={opening.fields.passphrase}>
            <Input name="passphrase" type="password" autoComplete="off" />
          </Field>
          {busy && file && !arrived ? <Progress label={`Sending ${file.name}`} done={sent} total={file.size} /> : null}
          <DialogFooter onCancel={() => close(false)}>
            <Button type="submit" variant="primary" pending={busy}>
              {arrived ? "Open" : "Upload and open"}
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
