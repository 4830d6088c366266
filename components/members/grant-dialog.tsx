"use client";

import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input, Select, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

export interface GrantDialogProps {
  decision: CapabilityDecision;
  /** One is taken as chosen. */
  products: { id: string; name: string }[];
  email: string;
  small?: boolean;
  onGrant: (input: { productId: string; reason: string; lastDay: string }) => Promise<ActionResult<null>>;
}

const SHOWN = ["reason", "expiresAt"];

/** The button that gives a member a product by hand, and its dialog. */
export function GrantDialog({ decision, products, email, small = false, onGrant }: GrantDialogProps) {
  const only = products.length === 1 ? products[0] : undefined;
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onGrant, only ? SHOWN : [...SHOWN, "productId"]);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const granted = await run({ productId: text("product"), reason: text("reason"), lastDay: text("lastDay") });
    if (granted) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };

  if (products.length === 0) return null;
  return (
    <>
      <GatedAction decision={decision}>
        <Button
          variant={small ? "secondary" : "primary"}
          size={small ? "sm" : "md"}
          aria-label={small ? `Grant ${only?.name}` : undefined}
          onClick={() => change(true)}
        >
          {small ? null : <Plus className="size-4" aria-hidden="true" />}
          {small ? "Grant" : "Grant a product"}
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={only ? `Grant ${only.name}` : "Grant a product"}
        description={`${email} may pull it from the next request on. No bill ever ends a grant made by hand.`}
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          {only ? (
            <input type="hidden" name="product" value={only.id} />
          ) : (
            <Field label="Product" error={fields.productId}>
              <Select name="product">
                {products.map((product) => (
                  <option key={product.id} value={product.id}>
                    {product.name}
                  </option>
                ))}
              </Select>
            </Field>
          )}
          <Field label="Reason" hint="Optional; kept in the ledger and the audit log." error={fields.reason}>
            <Textarea name="reason" rows={2} />
          </Field>
          <Field
            label="Last day"
            hint="Optional, in UTC; without one the grant holds until it is revoked."
            error={fields.expiresAt}
          >
            <Input name="lastDay" type="date" />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Grant
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
