"use client";

import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Checkbox } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { type Preview, PriceMoves } from "./price-moves.tsx";

interface Meaning {
  priceId: string;
  membership: boolean;
  productIds: string[];
}

export interface PriceDialogProps {
  price: Meaning & { name: string };
  products: { id: string; name: string; restricted: boolean }[];
  decision: CapabilityDecision;
  /** Who gains and who loses by a meaning. */
  onAsk: (meaning: Meaning) => Promise<ActionResult<Preview>>;
  onSave: (meaning: Meaning) => Promise<ActionResult<null>>;
}

/** What a price means here: chosen, then shown whom that moves, then saved. */
export function PriceDialog({ price, products, decision, onAsk, onSave }: PriceDialogProps) {
  const { name, ...was } = price;
  const [meaning, setMeaning] = useState<Meaning | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [asking, saving] = [useAction(onAsk), useAction(onSave)];
  const choose = (next: Meaning | null) => {
    setMeaning(next);
    setPreview(null);
  };
  const ask = async () => {
    const answer = meaning && (await asking.run(meaning));
    if (answer) setPreview(answer.data);
  };
  const save = async () => {
    if (meaning && (await saving.run(meaning))) choose(null);
  };
  const takes = preview?.moves.some(({ loses }) => loses.length > 0) ?? false;
  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" aria-label={`Change what ${name} means`} onClick={() => choose(was)}>
          Change
        </Button>
      </GatedAction>
      <Dialog
        open={meaning !== null}
        onOpenChange={(open) => (open ? undefined : choose(null))}
        title={name}
        description="What somebody gets here who pays this price."
      >
        {meaning ? <Choice meaning={meaning} products={products} onChoose={choose} /> : null}
        {preview ? <PriceMoves preview={preview} /> : null}
        <DialogFooter onCancel={() => choose(null)}>
          {preview ? (
            <Button variant={takes ? "danger" : "primary"} pending={saving.pending} onClick={save}>
              Save
            </Button>
          ) : (
            <Button variant="primary" pending={asking.pending} onClick={ask}>
              Show who is affected
            </Button>
          )}
        </DialogFooter>
      </Dialog>
    </>
  );
}

interface ChoiceProps {
  meaning: Meaning;
  products: PriceDialogProps["products"];
  onChoose: (meaning: Meaning) => void;
}

function Choice({ meaning, products, onChoose }: ChoiceProps) {
  const { productIds } = meaning;
  const give = (id: string, given: boolean) =>
    onChoose({ ...meaning, productIds: given ? [...productIds, id] : productIds.filter((each) => each !== id) });
  return (
    <div className="grid gap-4">
      <Checkbox
        label="The membership"
        hint="Opens every product that is not restricted, for as long as it is paid; for life where it is paid once."
        checked={meaning.membership}
        onChange={(event) => onChoose({ ...meaning, membership: event.target.checked })}
      />
      {products.length > 0 ? (
        <fieldset className="grid max-h-60 gap-2.5 overflow-y-auto">
          <legend className="mb-2 font-medium text-[13px]">Products</legend>
          {products.map(({ id, name, restricted }) => (
            <Checkbox
              key={id}
              label={name}
              hint={restricted ? undefined : "Open to every member already; it counts once it is restricted."}
              checked={productIds.includes(id)}
              onChange={(event) => give(id, event.target.checked)}
            />
          ))}
        </fieldset>
      ) : null}
    </div>
  );
}
