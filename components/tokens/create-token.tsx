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
import { daysOf, ExpiresField } from "./expires-field.tsx";
import { type Login, SecretOnce } from "./secret-once.tsx";
import { type Preset, ProductsField, productsOf, type ScopeChoice, ScopesField, scopesOf } from "./token-limits.tsx";

export interface NewToken {
  name: string;
  scopes: string[];
  productIds: string[];
  expiresInDays: number | null;
}

interface Props {
  decision: CapabilityDecision;
  words: { button: string; title: string; nameHint: string };
  presets: Preset[];
  /** Every scope that can be chosen. */
  choices: ScopeChoice[];
  products: { id: string; name: string }[];
  expires: { days: number; endless: boolean };
  login: Login;
  onCreate: (input: NewToken) => Promise<ActionResult<{ secret: string }>>;
}

const SHOWN = ["name", "scopes", "productIds", "expiresInDays"];

/** The button that makes a token; its dialog shows the secret once and forgets it when it closes. */
export function CreateToken({ decision, words, presets, choices, products, expires, login, onCreate }: Props) {
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  const [noProduct, setNoProduct] = useState(false);
  const { run, pending, fields, reset } = useAction(onCreate, SHOWN);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get("name"));
    const productIds = productsOf(form);
    setNoProduct(productIds === null);
    if (!productIds) return;
    const created = await run({ name, scopes: scopesOf(form, presets), productIds, expiresInDays: daysOf(form) });
    if (created) setMade({ name, secret: created.data.secret });
  };
  const change = (next: boolean) => {
    setOpen(next);
    setMade(null);
    setNoProduct(false);
    reset();
  };

  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" onClick={() => change(true)}>
          <Plus className="size-4" aria-hidden="true" /> {words.button}
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        kind={made ? "once" : "form"}
        onOpenChange={change}
        title={made ? "Copy the secret now" : words.title}
        description={made ? "It is shown this once. Only a hash of it is kept." : undefined}
      >
        {made ? (
          <SecretOnce
            secret={made.secret}
            login={{ ...login, username: login.username ?? made.name }}
            onDone={() => change(false)}
          />
        ) : (
          <form onSubmit={submit} className="grid gap-4" noValidate>
            <Field label="Name" hint={words.nameHint} error={fields.name}>
              <Input name="name" autoComplete="off" autoCapitalize="none" />
            </Field>
            <ScopesField presets={presets} choices={choices} error={fields.scopes} />
            <ProductsField products={products} error={noProduct ? "Tick at least one product." : fields.productIds} />
            <ExpiresField {...expires} error={fields.expiresInDays} />
            <DialogFooter onCancel={() => change(false)}>
              <Button type="submit" variant="primary" pending={pending}>
                {words.button}
              </Button>
            </DialogFooter>
          </form>
        )}
      </Dialog>
    </>
  );
}
