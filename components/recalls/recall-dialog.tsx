"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Checkbox, Field, Input, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { plural } from "#lib/format.ts";
import { lettersInWords, type ReachShown, reachInWords } from "./reach.ts";

/** What a recall is made with. */
export interface RecallWords {
  reason: string;
  replacement: string;
  notify: boolean;
}

interface Props {
  /** What is recalled: `1.4.0`, `sha256:…` in short. */
  name: string;
  /** What it does beside the warnings. */
  consequence: string;
  decision: CapabilityDecision;
  onAsk: () => Promise<ActionResult<ReachShown>>;
  /** Answers with the address of the recall's page. */
  onRecall: (words: RecallWords) => Promise<ActionResult<{ href: string }>>;
}

/** Recalls something, once who fetched it was read. */
export function RecallDialog({ name, consequence, decision, onAsk, onRecall }: Props) {
  const [reach, setReach] = useState<ReachShown | null>(null);
  const router = useRouter();
  const asking = useAction(onAsk);
  const { run, pending, fields, reset } = useAction(onRecall, ["reason", "replacement"]);
  const ask = async () => {
    const answer = await asking.run();
    if (answer) setReach(answer.data);
  };
  const close = () => {
    setReach(null);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string) => String(form.get(field) ?? "");
    const words = { reason: text("reason"), replacement: text("replacement"), notify: form.has("notify") };
    const answer = await run(words);
    if (answer) router.push(answer.data.href);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button pending={asking.pending} onClick={ask}>
          Recall…
        </Button>
      </GatedAction>
      <Dialog
        open={reach !== null}
        onOpenChange={(open) => (open ? undefined : close())}
        title={`Recall ${name}?`}
        description={`${reach ? reachInWords(reach) : ""} ${consequence} Nothing is blocked: who asks for it by its name still gets it.`}
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field
            label="Reason"
            hint="Whoever fetched it reads it, and whoever fetches it from now on."
            error={fields.reason}
          >
            <Textarea name="reason" maxLength={1000} />
          </Field>
          <Field label="Move to" hint="The version to take instead, if there is one." error={fields.replacement}>
            <Input name="replacement" autoComplete="off" maxLength={200} />
          </Field>
          {reach && reach.letters > 0 ? (
            <Checkbox
              name="notify"
              defaultChecked
              label={`Tell the ${plural(reach.letters, "member")} by mail`}
              hint={lettersInWords(reach)}
            />
          ) : null}
          <DialogFooter onCancel={close}>
            <Button type="submit" variant="danger" pending={pending}>
              Recall
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
