"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  repositories: { id: string; name: string }[];
  version: string;
  decision: CapabilityDecision;
  onTie: (input: { repositoryId: string; reference: string }) => Promise<ActionResult<null>>;
}

/** Takes an image of the product into a release, by its tag or digest. */
export function TieImage({ repositories, version, decision, onTie }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onTie, ["repositoryId", "reference"]);
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const input = { repositoryId: String(form.get("repositoryId")), reference: String(form.get("reference")) };
    if (await run(input)) change(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" onClick={() => change(true)}>
          Add an image
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={`Add an image to ${version}`}
        description="The image that the tag leads to now: moving the tag later changes nothing here."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Repository" error={fields.repositoryId}>
            <Select name="repositoryId">
              {repositories.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Tag or digest" error={fields.reference}>
            <Input
              name="reference"
              defaultValue={version}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono"
            />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Add
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
