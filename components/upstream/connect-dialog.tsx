"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { NEW_TERMS, TERMS, TermsFields, type TermsShown, termsIn } from "./terms-fields.tsx";

interface Connection extends TermsShown {
  registryId: string;
  path: string;
  repository: string;
}

interface Props {
  decision: CapabilityDecision;
  registries: { id: string; name: string }[];
  /** Ours: the whole name of one, or what a name must begin with. */
  repository: string;
  /** Whether the name of ours may be chosen. */
  named: boolean;
  onConnect: (input: Connection) => Promise<ActionResult<null>>;
}

/** The button that connects a repository of ours to one there, and its dialog. */
export function ConnectDialog({ decision, registries, repository, named, onConnect }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onConnect, ["registryId", "path", "repository", ...TERMS]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const ours = named ? text("repository") : repository;
    const input = { registryId: text("registryId"), path: text("path"), repository: ours, ...termsIn(form) };
    if (await run(input)) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" onClick={() => change(true)}>
          Connect a repository
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={named ? "Connect a repository" : `Connect ${repository}`}
        description="What is taken over is kept here, and given to whoever may pull here."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Registry" error={fields.registryId}>
            <Select name="registryId">
              {registries.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Repository there" hint="Without host and tag, such as library/alpine." error={fields.path}>
            <Input name="path" autoComplete="off" autoCapitalize="none" spellCheck={false} className="font-mono" />
          </Field>
          {named ? (
            <Field label="Repository here" hint="Made where it is not there." error={fields.repository}>
              <Input
                name="repository"
                defaultValue={repository}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                className="font-mono"
              />
            </Field>
          ) : null}
          <TermsFields terms={NEW_TERMS} fields={fields} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Connect
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
