"use client";

import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface RegistryInput {
  name: string;
  url: string;
  username: string;
  password: string;
}

interface Props {
  decision: CapabilityDecision;
  /** The one that is to change; a new one where there is none. */
  registry?: { name: string; url: string };
  onSave: (input: RegistryInput) => Promise<ActionResult<null>>;
}

const FIELDS = ["name", "url", "username", "password"];

/** The button that adds an upstream registry, or changes one, and its dialog. */
export function RegistryDialog({ decision, registry, onSave }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onSave, FIELDS);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const input = { name: text("name"), url: text("url"), username: text("username"), password: text("password") };
    if (await run(input)) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant={registry ? "secondary" : "primary"} onClick={() => change(true)}>
          {registry ? null : <Plus className="size-4" aria-hidden="true" />}
          {registry ? "Change" : "Add registry"}
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={registry ? `Change ${registry.name}` : "Add an upstream registry"}
        description={
          registry
            ? "At another address the credentials that are set are not used: type those for it."
            : "It is asked with these credentials before they are kept."
        }
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Name" hint="For the team." error={fields.name}>
            <Input name="name" defaultValue={registry?.name} autoComplete="off" />
          </Field>
          <Field label="Address" hint="The registry alone, such as https://ghcr.io or docker.io." error={fields.url}>
            <Input
              name="url"
              defaultValue={registry?.url}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
          </Field>
          <CredentialFields fields={fields} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              {registry ? "Save" : "Add registry"}
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

/** User name and password of a registry, which are typed and never shown. */
export function CredentialFields({ fields }: { fields: Record<string, string> }) {
  return (
    <>
      <Field label="User name" hint="Empty where the registry is public." error={fields.username}>
        <Input name="username" autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Field>
      <Field label="Password" hint="Better an access token that may only pull." error={fields.password}>
        <Input name="password" type="password" autoComplete="new-password" />
      </Field>
    </>
  );
}
