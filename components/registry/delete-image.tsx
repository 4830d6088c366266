"use client";

import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { byteSize, plural } from "#lib/format.ts";

export interface Consequence {
  tags: string[];
  children: number;
  referrers: number;
  bytes: number;
}

interface Props {
  /** What is typed to go on: the beginning of the digest. */
  short: string;
  decision: CapabilityDecision;
  /** Where it goes on from here. */
  after: string;
  onAsk: () => Promise<ActionResult<Consequence>>;
  onDelete: (confirm: string) => Promise<ActionResult<null>>;
}

const NAMED = 5;

/** Deletes a manifest with what belongs to it alone, once what that is was read and the digest typed. */
export function DeleteImage({ short, decision, after, onAsk, onDelete }: Props) {
  const [consequence, setConsequence] = useState<Consequence | null>(null);
  const router = useRouter();
  const asking = useAction(onAsk);
  const { run, pending, fields, reset } = useAction(onDelete, ["confirm"]);
  const ask = async () => {
    const answer = await asking.run();
    if (answer) setConsequence(answer.data);
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await run(String(new FormData(event.currentTarget).get("confirm")))) router.push(after);
  };
  const close = () => {
    setConsequence(null);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="danger" pending={asking.pending} onClick={ask}>
          <Trash2 className="size-4" aria-hidden="true" /> Delete image
        </Button>
      </GatedAction>
      <Dialog
        open={consequence !== null}
        onOpenChange={(open) => (open ? undefined : close())}
        title={`Delete ${short}?`}
        description={consequence ? inWords(consequence) : ""}
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Beginning of the digest" hint={`Type ${short} to go on.`} error={fields.confirm}>
            <Input name="confirm" autoComplete="off" autoCapitalize="none" spellCheck={false} className="font-mono" />
          </Field>
          <DialogFooter onCancel={close}>
            <Button type="submit" variant="danger" pending={pending}>
              Delete
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

function inWords({ tags, children, referrers, bytes }: Consequence): string {
  const named =
    tags.length <= NAMED ? tags.join(", ") : `${tags.slice(0, NAMED).join(", ")} and ${tags.length - NAMED} more`;
  const following = [
    ...(children > 0 ? [plural(children, "platform")] : []),
    ...(referrers > 0 ? [`${plural(referrers, "signature")} or the like`] : []),
  ];
  return [
    tags.length > 0 ? `${plural(tags.length, "tag")} (${named}) can't be pulled any more.` : "No tag leads to it.",
    following.length > 0 ? `${following.join(" and ")} ${children + referrers === 1 ? "follows" : "follow"}.` : "",
    bytes > 0 ? `${byteSize(bytes)} become free.` : "",
    "It can't be undone.",
  ]
    .filter(Boolean)
    .join(" ");
}
