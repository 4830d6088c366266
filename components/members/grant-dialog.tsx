"use client";

import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Select, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { GrantDates } from "./grant-dates.tsx";

export interface GrantDialogProps {
  decision: CapabilityDecision;
  /** One is taken as chosen. */
  products: { id: string; name: string }[];
  email: string;
  small?: boolean;
  /** The grant by hand whose dates are to change; another takes its place. */
  standing?: { startsAt: Date | null; expiresAt: Date | null };
  onGrant: (input: GrantInput) => Promise<ActionResult<null>>;
}

export interface GrantInput {
  productId: string;
  reason: string;
  /** Dates as their fields give them; empty is at once, and for good. */
  firstDay: string;
  lastDay: string;
  /** Whether an empty last day says so, or nothing. */
  change: boolean;
}

const SHOWN = ["reason", "startsAt", "expiresAt"];

/** The button that gives a member a product by hand, and its dialog. */
export function GrantDialog({ decision, products, email, small = false, standing, onGrant }: GrantDialogProps) {
  const only = products.length === 1 ? products[0] : undefined;
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onGrant, only ? SHOWN : [...SHOWN, "productId"]);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const dates = { firstDay: text("firstDay"), lastDay: text("lastDay"), change: standing !== undefined };
    const granted = await run({ productId: text("product"), reason: text("reason"), ...dates });
    if (granted) setOpen(false);
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };

  if (products.length === 0) return null;
  const words = wordsOf({ small, product: only?.name, changing: standing !== undefined });
  return (
    <>
      <GatedAction decision={decision}>
        <Button
          variant={small ? "secondary" : "primary"}
          size={small ? "sm" : "md"}
          aria-label={words.label}
          onClick={() => change(true)}
        >
          {small ? null : <Plus className="size-4" aria-hidden="true" />}
          {words.button}
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={words.title}
        description={
          standing
            ? `A new grant takes the place of the one that ${email} has; the old one stays in the ledger.`
            : `${email} may pull it from the next request on. No bill ever ends a grant made by hand.`
        }
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
          <GrantDates standing={standing} errors={fields} />
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              {standing ? "Change" : "Grant"}
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

function wordsOf({ small, product, changing }: { small: boolean; product?: string; changing: boolean }) {
  if (changing)
    return { button: "Change end", label: `Change the end of ${product}`, title: `Change the end of ${product}` };
  const title = product ? `Grant ${product}` : "Grant a product";
  return { button: small ? "Grant" : "Grant a product", label: small ? `Grant ${product}` : undefined, title };
}
