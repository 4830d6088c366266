"use client";

import Link from "next/link";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Checkbox } from "#components/ui/field.tsx";
import { andOthers, plural } from "#lib/format.ts";

/** Members that a restriction moves the same way: how many, and the first few. */
interface People {
  count: number;
  first: { id: string; email: string }[];
}

/** `keepable` would lose it and may be given a grant; `revoked` were told apart by hand; `holding` have a grant. */
export interface Affected {
  keepable: People;
  revoked: People;
  holding: People;
}

interface Props {
  product: { name: string; restricted: boolean };
  affected: Affected;
  /** The page with all of them, one by one. */
  listHref: string;
  pending: boolean;
  onConfirm: (keepAccess: boolean) => void;
  onClose: () => void;
}

/** Says who loses or gains a product before it is restricted or opened. */
export function RestrictDialog({ product, affected, listHref, pending, onConfirm, onClose }: Props) {
  const [keep, setKeep] = useState(true);
  const { keepable, revoked, holding } = affected;
  const moved = together(keepable, revoked);
  const losing = keep ? revoked : moved;
  const verb = product.restricted ? "Open" : "Restrict";
  return (
    <Dialog
      open
      kind="question"
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`${verb} ${product.name}?`}
      description={
        product.restricted
          ? "Every member in good standing may pull it then. Grants stay in the ledger, those of kept access too: restricted again, whoever holds one keeps it."
          : "Only members with a grant may pull it then; the team always may."
      }
    >
      <div className="grid gap-4">
        {!product.restricted && keepable.count > 0 ? (
          <Checkbox
            label="Keep current access"
            hint={`Gives ${plural(keepable.count, "member")} who could pull it until now a grant of their own. Whoever had a grant revoked by hand stays out.`}
            checked={keep}
            onChange={(event) => setKeep(event.target.checked)}
          />
        ) : null}
        {product.restricted ? (
          <Gaining people={moved} />
        ) : (
          <Losing people={losing} staying={holding.count + (keep ? keepable.count : 0)} />
        )}
        {moved.count + holding.count > 0 ? (
          <Link href={listHref} className="w-fit rounded text-[13px] text-accent-ink underline underline-offset-2">
            Show them one by one
          </Link>
        ) : null}
      </div>
      <DialogFooter onCancel={onClose}>
        <Button
          variant={!product.restricted && losing.count > 0 ? "danger" : "primary"}
          pending={pending}
          onClick={() => onConfirm(keep)}
        >
          {verb}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

function together(a: People, b: People): People {
  return { count: a.count + b.count, first: [...a.first, ...b.first] };
}

function Gaining({ people }: { people: People }) {
  if (people.count === 0) return <p className="text-sm">Nobody gains access by it.</p>;
  return (
    <p className="text-sm">
      <strong>{inWords(people)}</strong> {people.count === 1 ? "gains" : "gain"} access.
    </p>
  );
}

function Losing({ people, staying }: { people: People; staying: number }) {
  return (
    <div
      className={`rounded-md px-3 py-2.5 text-sm ${people.count > 0 ? "bg-danger-soft text-danger-ink" : "bg-raised"}`}
    >
      <p aria-live="polite">
        {people.count > 0 ? (
          <>
            <strong>{inWords(people)}</strong> {people.count === 1 ? "loses" : "lose"} access.
          </>
        ) : (
          "Nobody loses access."
        )}{" "}
        {staying > 0 ? `${plural(staying, "member")} ${staying === 1 ? "keeps" : "keep"} it by a grant.` : ""}
      </p>
    </div>
  );
}

function inWords({ count, first }: People): string {
  return andOthers(
    first.map(({ email }) => email),
    count,
  );
}
