"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Checkbox } from "#components/ui/field.tsx";
import { andOthers, plural } from "#lib/format.ts";

interface Person {
  id: string;
  email: string;
  revokedByHand: boolean;
}

export interface Affected {
  losing: Person[];
  holding: Person[];
}

interface Props {
  product: { name: string; restricted: boolean };
  affected: Affected;
  pending: boolean;
  onConfirm: (keepAccess: boolean) => void;
  onClose: () => void;
}

/** Says who loses or gains a product before it is restricted or opened. */
export function RestrictDialog({ product, affected, pending, onConfirm, onClose }: Props) {
  const [keep, setKeep] = useState(true);
  const keepable = affected.losing.filter((person) => !person.revokedByHand);
  const losing = product.restricted
    ? []
    : keep
      ? affected.losing.filter((person) => person.revokedByHand)
      : affected.losing;
  const verb = product.restricted ? "Open" : "Restrict";
  return (
    <Dialog
      open
      kind="question"
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`${verb} ${product.name}?`}
      description={
        product.restricted
          ? "Every member in good standing may pull it then. Grants stay in the ledger."
          : "Only members with a grant may pull it then; the team always may."
      }
    >
      <div className="grid gap-4">
        {product.restricted ? <Gaining people={affected.losing} /> : null}
        {!product.restricted && keepable.length > 0 ? (
          <Checkbox
            label="Keep current access"
            hint={`Gives ${plural(keepable.length, "member")} who could pull it until now a grant of their own. Whoever had a grant revoked by hand stays out.`}
            checked={keep}
            onChange={(event) => setKeep(event.target.checked)}
          />
        ) : null}
        {product.restricted ? null : (
          <Losing people={losing} holding={affected.holding.length} kept={keep ? keepable.length : 0} />
        )}
      </div>
      <DialogFooter onCancel={onClose}>
        <Button variant={losing.length > 0 ? "danger" : "primary"} pending={pending} onClick={() => onConfirm(keep)}>
          {verb}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

function Gaining({ people }: { people: Person[] }) {
  if (people.length === 0) return <p className="text-sm">Nobody gains access by it.</p>;
  return (
    <div className="text-sm">
      <p>
        <strong>{andOthers(people.map(({ email }) => email))}</strong> {people.length === 1 ? "gains" : "gain"} access.
      </p>
      <People people={people} />
    </div>
  );
}

function Losing({ people, holding, kept }: { people: Person[]; holding: number; kept: number }) {
  const staying = holding + kept;
  return (
    <div
      className={`rounded-md px-3 py-2.5 text-sm ${people.length > 0 ? "bg-danger-soft text-danger-ink" : "bg-raised"}`}
    >
      <p aria-live="polite">
        {people.length > 0 ? (
          <>
            <strong>{andOthers(people.map(({ email }) => email))}</strong> {people.length === 1 ? "loses" : "lose"}{" "}
            access.
          </>
        ) : (
          "Nobody loses access."
        )}{" "}
        {staying > 0 ? `${plural(staying, "member")} ${staying === 1 ? "keeps" : "keep"} it by a grant.` : ""}
      </p>
      <People people={people} />
    </div>
  );
}

const SHOWN_MAX = 50;

function People({ people }: { people: Person[] }) {
  if (people.length < 2) return null;
  return (
    <details className="mt-1.5">
      <summary className="text-[13px]">Show them</summary>
      <ul className="mt-1 max-h-40 overflow-y-auto text-[13px]">
        {people.slice(0, SHOWN_MAX).map(({ id, email }) => (
          <li key={id}>{email}</li>
        ))}
        {people.length > SHOWN_MAX ? <li>… and {people.length - SHOWN_MAX} more</li> : null}
      </ul>
    </details>
  );
}
