"use client";

import type { FormEvent } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";

interface Props {
  name: string | null;
  onRename: (input: { name: string }) => Promise<ActionResult<null>>;
}

/** How somebody is called. */
export function ProfileForm({ name, onRename }: Props) {
  const { run, pending, fields } = useAction(onRename, ["name"]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    await run({ name: String(new FormData(event.currentTarget).get("name")) });
  };
  return (
    <form onSubmit={submit} className="flex max-w-md flex-wrap items-end gap-2" noValidate>
      <div className="min-w-0 flex-1 basis-48">
        <Field label="Name" error={fields.name}>
          <Input key={name} name="name" defaultValue={name ?? ""} autoComplete="name" />
        </Field>
      </div>
      <Button type="submit" pending={pending}>
        Save
      </Button>
    </form>
  );
}
