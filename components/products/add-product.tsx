"use client";

import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Checkbox, Field, Input, Select, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface NewProduct {
  name: string;
  slug: string;
  description: string;
  visibility: "listed" | "hidden";
  requiresEntitlement: boolean;
}

interface Props {
  decision: CapabilityDecision;
  onAdd: (input: NewProduct) => Promise<ActionResult<null>>;
}

const SHOWN = ["name", "slug", "description", "visibility"];

/** The button that adds a product, and its dialog. */
export function AddProduct({ decision, onAdd }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onAdd, SHOWN);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const added = await run({
      name: String(form.get("name")),
      slug: String(form.get("slug")),
      description: String(form.get("description")),
      visibility: form.get("visibility") === "hidden" ? "hidden" : "listed",
      requiresEntitlement: form.get("restricted") === "on",
    });
    if (added) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };

  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" onClick={() => change(true)}>
          <Plus className="size-4" aria-hidden="true" /> Add product
        </Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={change} title="Add a product">
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Name" error={fields.name}>
            <Input name="name" autoComplete="off" />
          </Field>
          <Field
            label="Short name"
            hint="The part of the repository's name; lower case, digits and dashes. It is never issued again."
            error={fields.slug}
          >
            <Input name="slug" autoComplete="off" autoCapitalize="none" spellCheck={false} className="font-mono" />
          </Field>
          <Field label="Description" error={fields.description}>
            <Textarea name="description" rows={3} />
          </Field>
          <Field
            label="Visibility"
            hint="A hidden product is seen only by the team and by whoever was granted it."
            error={fields.visibility}
          >
            <Select name="visibility">
              <option value="listed">Listed</option>
              <option value="hidden">Hidden</option>
            </Select>
          </Field>
          <Checkbox name="restricted" label="Restricted" hint="Members need a grant to pull it." />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Add product
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
