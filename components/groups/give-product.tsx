"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { plural } from "#lib/format.ts";

interface Props {
  decision: CapabilityDecision;
  group: { name: string; members: number };
  /** Those that it does not give yet. */
  products: { id: string; name: string }[];
  onGive: (productId: string) => Promise<ActionResult<null>>;
}

const SHOWN = ["productId"];

/** The button that has a group give one more product, and its dialog. */
export function GiveProduct({ decision, group, products, onGive }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields } = useAction(onGive, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await run(String(new FormData(event.currentTarget).get("product") ?? ""))) setOpen(false);
  };
  if (products.length === 0) return null;
  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" onClick={() => setOpen(true)}>
          Give a product
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Give a product to ${group.name}`}
        description={`${plural(group.members, "member")} may pull it from the next request on, and whoever joins later.`}
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Product" error={fields.productId}>
            <Select name="product">
              {products.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Give it
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
