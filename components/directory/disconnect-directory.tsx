"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Moves, type MovesShown } from "#components/groups/moves.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

type Choice = "keep" | "end";

interface Props {
  decision: CapabilityDecision;
  /** How many groups come from it. */
  groups: number;
  onPreview: (input: { groups: Choice }) => Promise<ActionResult<MovesShown>>;
  onDisconnect: (input: { groups: Choice }) => Promise<ActionResult<null>>;
}

/** The button that ends the connection, and its dialog: what becomes of the groups, and whom that moves. */
export function DisconnectDirectory({ decision, groups, onPreview, onDisconnect }: Props) {
  const [open, setOpen] = useState(false);
  const [choice, setChoice] = useState<Choice>("keep");
  const [moves, setMoves] = useState<MovesShown | null>(null);
  const preview = useAction(onPreview);
  const { run, pending } = useAction(onDisconnect);
  const choose = async (asked: Choice) => {
    setChoice(asked);
    setMoves(null);
    const found = await preview.run({ groups: asked });
    if (found) setMoves(found.data);
    else setOpen(false);
  };
  const show = async () => {
    setOpen(true);
    await choose("keep");
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await run({ groups: choice })) setOpen(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={show}>Disconnect</Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Disconnect the directory?"
        description="Its secrets are refused from the next request on, and no claim counts. Who is a member stays one; who it suspended stays suspended, until somebody of the team lets them in."
      >
        <form onSubmit={submit} className="grid gap-4">
          <Field label="Its groups" hint={HINTS[choice]}>
            <Select value={choice} onChange={({ target }) => choose(target.value === "end" ? "end" : "keep")}>
              <option value="keep">Keep them as groups by hand ({groups})</option>
              <option value="end">Delete them, with what they give ({groups})</option>
            </Select>
          </Field>
          <div aria-live="polite">
            <Moves moves={moves} />
          </div>
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button type="submit" variant="danger" pending={pending || !moves}>
              Disconnect
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

const HINTS = {
  keep: "Whoever is in one keeps what it gives, until the team takes them out.",
  end: "Grants and team roles that came from them end with the next request; those from elsewhere stay.",
} as const;
